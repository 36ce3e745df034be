import { InvalidModel } from '../errors.ts'
import { MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { parsePart } from '../keys/part.ts'
import { Template } from '../keys/template.ts'
import { isText } from '../keys/text.ts'
import type { Blueprint, KeySpec } from './blueprint.ts'
import { DEFAULT_LAYOUT } from './default-layout.ts'
import { indexOf, isOwn, type KeyRole, mayLack, sourceOf, typeNeeds } from './key-sources.ts'
import type { KeyAttribute } from './table-layout.ts'

/** Refuses keys that can never become a model's, as far as the blueprint has them. */
export const checkKeys = (whole: Blueprint): void => {
  const blueprint: Blueprint = { ...whole, isDraft: true }
  const { name, layout, pk, sk, fields } = blueprint
  const rendered = new Set<string>()
  const check = (key: KeyAttribute | undefined, spec: KeySpec | undefined, role: KeyRole): void => {
    if (key === undefined || spec === undefined) return
    const source = sourceOf(blueprint, key, spec, role)
    if (source instanceof Template) rendered.add(key.name)
  }
  if (sk !== undefined && layout.sk === undefined)
    throw new InvalidModel(name, 'its table has no sort key: leave .sk() out, or give the layout sk')
  check(layout.pk, pk, { kind: 'pk', index: undefined })
  check(layout.sk, sk, { kind: 'sk', index: undefined })
  for (const [indexName, spec] of Object.entries(blueprint.indexes)) {
    const index = indexOf(blueprint, indexName)
    for (const kind of ['pk', 'sk'] as const) {
      if (spec[kind] === undefined) continue
      const [key, other] = index[kind]
      if (key === undefined) throw new InvalidModel(name, `the index ${indexName} has no sort key`)
      if (other !== undefined)
        throw new InvalidModel(
          name,
          `the ${kind} of ${indexName} is made of several attributes: the items' own, as they are`
        )
      if (key.name === layout.pk.name || key.name === layout.sk?.name)
        throw new InvalidModel(name, `${key.name} of ${indexName} is the table's own key: leave ${kind} out`)
      check(key, spec[kind], { kind, index })
    }
  }
  // STORM's table reserves the names of all its keys. In other tables, an attribute can be an index key itself.
  const taken = layout === DEFAULT_LAYOUT ? new Set(layout.keys.map(key => key.name)) : rendered
  const names = [...Object.keys(fields), ...attributesOf(blueprint)]
  const odd = names.find(attribute => taken.has(attribute))
  if (odd !== undefined)
    throw new InvalidModel(name, `an attribute cannot be called ${odd}, the table's own key has that name`)
  const type = layout.type === undefined ? undefined : ownValue(fields, layout.type)
  if (type !== undefined && !isNameOf(name, type)) throw typeNeeds(blueprint)
}

/** Whether a field has the model's name in every item. */
const isNameOf = (name: string, field: unknown): boolean =>
  field instanceof MadeField &&
  field.core.storage === 'S' &&
  field.codec?.only === name &&
  !field.traits.isNullable &&
  !mayLack(field)

/** The attributes in parts and texts of keys. Own keys are left out. */
const attributesOf = (blueprint: Blueprint): string[] => {
  const { name, pk, sk, raw, layout, indexes } = blueprint
  const specs = [
    ...(isOwn(blueprint, layout.pk, pk) ? [] : [pk]),
    ...(layout.sk && isOwn(blueprint, layout.sk, sk) ? [] : [sk]),
    ...Object.values(indexes).flatMap(index => [index.pk, index.sk])
  ]
  return specs.flatMap(spec => {
    if (spec === undefined) return []
    return isText(spec)
      ? spec[' parse'](name).places.map(({ attribute }) => attribute)
      : spec.map(part => parsePart(name, part, raw).attribute)
  })
}
