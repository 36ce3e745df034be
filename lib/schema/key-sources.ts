import { describe, InvalidModel, quote } from '../errors.ts'
import type { MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { TEXT } from '../fields/scalars.ts'
import { isSchema, type StandardSchema, schemaCodec } from '../fields/schema.ts'
import { stringCodec } from '../keys/codec.ts'
import { checkFixed, checkName, parsePart } from '../keys/part.ts'
import { type KeySource, PARTITION_KEY_BYTES, SORT_KEY_BYTES } from '../keys/source.ts'
import { Template, type TemplateOptions } from '../keys/template.ts'
import { isText, type Place, type Text } from '../keys/text.ts'
import type { Blueprint, KeySpec } from './blueprint.ts'
import { DEFAULT_LAYOUT } from './default-layout.ts'
import type { IndexLayout, KeyAttribute } from './table-layout.ts'

/** The role of a key: its kind, and its index, if it is not the table's. */
export interface KeyRole {
  readonly kind: 'pk' | 'sk'
  readonly index: IndexLayout | undefined
  /** Whether this attribute stands in another key, too. It is then a string if no field says otherwise. */
  readonly isElsewhere?: boolean
}

/** The keys of a model: those of the table and of each of its indexes. */
export interface KeySources {
  readonly pk: KeySource
  readonly sk: KeySource | undefined
  readonly indexes: ReadonlyMap<
    string,
    { readonly layout: IndexLayout; readonly pk: KeySource[]; readonly sk: KeySource[] }
  >
}

/** The keys of a complete blueprint. Throws InvalidModel. */
export const keySources = (blueprint: Blueprint): KeySources => {
  const { name, layout, pk, sk } = blueprint
  const made = new Map<string, KeySource>()
  const table = (kind: 'pk' | 'sk', key: KeyAttribute, spec: KeySpec | undefined): KeySource => {
    if (spec === undefined) throw new InvalidModel(name, `this is not a model yet: call .${kind}(…)`)
    const source = sourceOf(blueprint, key, spec, { kind, index: undefined })
    made.set(key.name, source)
    return source
  }
  const partition = table('pk', layout.pk, pk)
  const sort = layout.sk && table('sk', layout.sk, sk)
  const specs = Object.entries(blueprint.indexes).map(([index, spec]) => ({ index: indexOf(blueprint, index), spec }))
  // An index can use the key that another index gives, in any order.
  for (const { index, spec } of specs)
    for (const kind of ['pk', 'sk'] as const) {
      const [key] = index[kind]
      if (spec[kind] === undefined || key === undefined) continue
      const source = sourceOf(blueprint, key, spec[kind], { kind, index })
      const known = made.get(key.name)
      if (known !== undefined && known.text !== source.text)
        throw new InvalidModel(
          name,
          `${key.name} would be ${known.text} and ${source.text}: it has one text, leave it out of .index('${index.name}')`
        )
      made.set(key.name, known ?? source)
    }
  const keyOf =
    (index: IndexLayout, kind: 'pk' | 'sk') =>
    (key: KeyAttribute): KeySource => {
      const isElsewhere = [...made.values()].some(({ attributes }) => attributes.includes(key.name))
      const source = made.get(key.name) ?? ownKey(blueprint, key, { kind, index, isElsewhere })
      made.set(key.name, source)
      return source
    }
  const indexes = specs.map(({ index }) => ({
    layout: index,
    pk: index.pk.map(keyOf(index, 'pk')),
    sk: index.sk.map(keyOf(index, 'sk'))
  }))
  return { pk: partition, sk: sort, indexes: new Map(indexes.map(index => [index.layout.name, index])) }
}

/** The index of this name. Throws InvalidModel if there is none. */
export const indexOf = ({ name, layout }: Blueprint, index: string): IndexLayout => {
  const found = layout.indexes.get(index)
  if (found !== undefined) return found
  const all = [...layout.indexes.keys()]
  throw new InvalidModel(
    name,
    `its layout has no index ${quote(index)}: ${all.length > 0 ? `it has ${all.join(', ')}` : 'it has none'}`
  )
}

/** Whether a key of the table is an own key: the model's attribute of the same name. */
export const isOwn = ({ layout }: Blueprint, key: KeyAttribute, spec: KeySpec | undefined): boolean =>
  layout !== DEFAULT_LAYOUT && Array.isArray(spec) && spec.length === 1 && spec[0] === key.name

/** Makes the source of a key. Throws InvalidModel. */
export const sourceOf = (blueprint: Blueprint, key: KeyAttribute, spec: KeySpec, role: KeyRole): KeySource => {
  if (isOwn(blueprint, key, spec)) return ownKey(blueprint, key, role)
  const { name } = blueprint
  if (!isText(spec) && !Array.isArray(spec))
    throw new InvalidModel(name, `${key.name} takes parts, such as ['status'], or text('…'), but got ${describe(spec)}`)
  if (key.type !== 'S')
    throw new InvalidModel(
      name,
      `${key.name} is no text: it can only be an attribute of its own, .${role.kind}('${key.name}')`
    )
  const options = isText(spec) ? textOptions(blueprint, key, spec, role) : partsOptions(blueprint, key, spec, role)
  const [first, ...others] = options.slots
  if (first?.codec.mayBeEmpty && others.length === 0 && first.head + options.tail === '')
    throw new InvalidModel(name, `${key.name} would be empty where ${first.attribute} is: it needs fixed text`)
  const bare = others.find(({ head, codec }) => head === '' && codec.mayBeEmpty)
  if (bare !== undefined)
    throw new InvalidModel(name, `${bare.attribute} may be empty in ${key.name}: put a delimiter before it`)
  return new Template(options)
}

export const limitOf = ({ kind }: KeyRole): number => (kind === 'pk' ? PARTITION_KEY_BYTES : SORT_KEY_BYTES)

const partsOptions = (
  blueprint: Blueprint,
  key: KeyAttribute,
  parts: readonly string[],
  role: KeyRole
): TemplateOptions => {
  const { name, raw, layout } = blueprint
  const suffix = role.kind === 'pk' ? blueprint.suffix : ''
  const what = suffix === name ? `its name, the suffix of ${key.name} unless .suffix() comes first,` : 'the suffix'
  checkFixed(name, what, suffix, raw)
  if (parts.length === 0 && suffix === '')
    throw new InvalidModel(
      name,
      role.kind === 'pk'
        ? `${key.name} would be empty: it has no part and no suffix`
        : `${key.name} would be empty: ${role.index ? 'its sk' : '.sk()'} needs at least one part`
    )
  if (!raw && parts.length > 0 && !layout.escaping.delimiters.includes('#'))
    throw new InvalidModel(name, `parts are joined by '#', which is none of the layout's delimiters: use text()`)
  const slots = parts.map((part, i) => {
    const { attribute, identifier } = parsePart(name, part, raw)
    const head = `${i === 0 ? '' : '#'}${identifier}${identifier === '' ? '' : '#'}`
    return slotOf(blueprint, key, role, attribute, head)
  })
  checkOnce(blueprint, key, slots)
  return {
    model: name,
    name: key.name,
    limit: limitOf(role),
    slots,
    tail: suffix === '' || parts.length === 0 ? suffix : `#${suffix}`,
    escaping: raw ? undefined : layout.escaping
  }
}

/** Whether the attribute's field may be added later. */
export const isUnknown = ({ isDraft, fields }: Blueprint, attribute: string): boolean =>
  isDraft === true && !Object.hasOwn(fields, attribute)

const textOptions = (blueprint: Blueprint, key: KeyAttribute, text: Text, role: KeyRole): TemplateOptions => {
  const { name, raw, layout } = blueprint
  const { places, tail } = text[' parse'](name)
  const slots = places.map(({ attribute, head, derive }) => {
    checkName(name, attribute)
    return slotOf(blueprint, key, role, attribute, head, derive)
  })
  const isOpen = ({ attribute }: Place) => isUnknown(blueprint, attribute)
  text[' check'](name, key.name, { places, tail }, slots, raw ? undefined : layout.escaping, isOpen)
  checkOnce(blueprint, key, slots)
  return { model: name, name: key.name, limit: limitOf(role), slots, tail, escaping: raw ? undefined : layout.escaping }
}

const checkOnce = ({ name }: Blueprint, key: KeyAttribute, slots: TemplateOptions['slots']): void => {
  const attributes = slots.map(slot => slot.attribute)
  const twice = attributes.find((attribute, i) => attributes.indexOf(attribute) < i)
  if (twice !== undefined) throw new InvalidModel(name, `${twice} stands twice in ${key.name}`)
}

const slotOf = (
  blueprint: Blueprint,
  key: KeyAttribute,
  role: KeyRole,
  attribute: string,
  head: string,
  derive?: Place['derive']
): TemplateOptions['slots'][number] => {
  const { name, layout, fields } = blueprint
  const field = ownValue(fields, attribute) ?? TEXT
  if (isUnknown(blueprint, attribute)) return { attribute, head, codec: stringCodec }
  if (attribute === layout.type && field === TEXT) throw typeNeeds(blueprint)
  const plain = keyCodec(name, key, role, attribute, field)
  const codec = derive === undefined ? plain : derive(plain)
  return { attribute, head, codec, constant: isSchema(field) || mayLack(field) ? undefined : plain.only }
}

/** Whether items can lack the attribute. They are then not in the index. */
export const mayLack = ({ traits }: MadeField): boolean => traits.isOptional === true && traits.fallback === undefined

const keyCodec = (
  model: string,
  key: KeyAttribute,
  { index }: KeyRole,
  attribute: string,
  field: MadeField | StandardSchema
) => {
  if (isSchema(field)) return schemaCodec(field)
  if (field.codec === undefined || field.traits.isNullable)
    throw new InvalidModel(
      model,
      `${attribute} stands in ${key.name}, but values of its type cannot: use t.string(), t.int(), t.date(), t.day(), t.boolean(), ` +
        't.oneOf() or t.literal()'
    )
  if (field.traits.isOptional && index === undefined)
    throw new InvalidModel(model, `${attribute} stands in ${key.name}, so it cannot be optional`)
  const { fallback, isFixed } = field.traits
  if (isFixed && field.codec.encode(fallback?.()) === undefined)
    throw new InvalidModel(
      model,
      `${attribute} stands in ${key.name}, and its default cannot: it must be ${field.codec.expects}`
    )
  return field.codec
}

/** Makes an own key: an attribute of the model as it is. */
export type OwnKeyMaker = (blueprint: Blueprint, key: KeyAttribute, role: KeyRole) => KeySource

const ownKey: OwnKeyMaker = (blueprint, key, role) => {
  if (blueprint.layout.ownKey === undefined) throw ownKeyNeeds(blueprint, key, role)
  return blueprint.layout.ownKey(blueprint, key, role)
}

/** The error for an index key that nothing fills. */
export const ownKeyNeeds = (blueprint: Blueprint, key: KeyAttribute, { index, kind }: KeyRole): InvalidModel =>
  key.name === blueprint.layout.type
    ? typeNeeds(blueprint)
    : new InvalidModel(
        blueprint.name,
        `the index ${index?.name} needs ${key.name}: give it in .index('${index?.name}', { ${kind}: […] }), or a field of that name`
      )

/** The error for an attribute that is the layout's type, and may have other values than the model's name. */
export const typeNeeds = ({ name, layout }: Blueprint): InvalidModel =>
  new InvalidModel(
    name,
    `${layout.type} is where the layout has the model's name: declare it as t.literal('${name}').default('${name}')`
  )
