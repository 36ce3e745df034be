import { formatPath, InvalidModel } from '../errors.ts'
import { type AnyField, Field, type Role } from '../fields/field.ts'
import { notNamed, ownValue } from '../fields/record.ts'
import type { Fields } from '../fields/records.ts'
import { string } from '../fields/scalars.ts'
import { isSchema, type StandardSchema, schemaCodec } from '../fields/schema.ts'
import { checkFixed, checkName, type Part, parsePart } from '../keys/part.ts'
import type { KeyName } from '../keys/template.ts'

/** What the builder has been told so far. */
export interface Blueprint {
  readonly name: string
  readonly suffix: string
  readonly pk?: readonly string[]
  readonly sk?: readonly string[]
  readonly gsi1?: readonly string[]
  readonly fields: Fields
  readonly raw: boolean
}

/** Refuses a blueprint that can never become a model, at the step that breaks it. */
export const checkBlueprint = (blueprint: Blueprint): void => {
  const { name, suffix, pk, sk, gsi1, fields, raw } = blueprint
  if (name === '') throw new InvalidModel("model('')", 'a model needs a name')
  if (name === '__proto__') throw new InvalidModel(name, 'no object has a member of this name: choose another')
  checkFixed(name, 'the suffix', suffix, raw)
  for (const [attribute, field] of Object.entries(fields)) {
    checkName(name, attribute)
    if (!isSchema(field) && !(field instanceof Field))
      throw new InvalidModel(name, `${attribute} must be made by t.* or be a Standard Schema`)
    const [unfit] = isSchema(field) ? [] : field.unfitDefaults
    if (unfit)
      throw new InvalidModel(
        name,
        `the default of ${formatPath([attribute, ...unfit.path])} does not fit: it ${unfit.message}`
      )
  }
  rolesOf(blueprint)
  if (pk) keyParts(blueprint, 'PK', pk)
  if (sk) keyParts(blueprint, 'SK', sk)
  if (gsi1) keyParts(blueprint, 'GSI1PK', gsi1)
  if (pk?.length === 0 && suffix === '') throw new InvalidModel(name, 'PK would be empty: it has no part and no suffix')
  if (gsi1?.length === 0 && suffix === '')
    throw new InvalidModel(name, 'GSI1PK would be empty: it has no part and no suffix')
  if (sk?.length === 0) throw new InvalidModel(name, 'SK would be empty: .sk() needs at least one part')
}

/** The fields as they are now. */
export const fieldsOf = <F extends Fields>(name: string, fields: F): F => {
  const problem = notNamed(fields)
  if (problem !== undefined) throw new InvalidModel(name, `.fields() ${problem}`)
  return { ...fields }
}

export const keyParts = ({ name, fields, raw }: Blueprint, key: KeyName, parts: readonly string[]) => {
  const seen = new Set<string>()
  return parts.map(text => {
    const part: Part = parsePart(name, text, raw)
    if (seen.has(part.attribute)) throw new InvalidModel(name, `${part.attribute} stands twice in ${key}`)
    seen.add(part.attribute)
    const field = ownValue(fields, part.attribute) ?? string()
    const codec = keyCodec(name, key, part.attribute, field)
    return { ...part, codec, constant: isSchema(field) || mayLack(field) ? undefined : codec.only }
  })
}

/** Whether items may be without the attribute, and so out of the index. */
const mayLack = ({ traits }: AnyField): boolean => traits.isOptional === true && traits.fallback === undefined

const keyCodec = (model: string, key: KeyName, attribute: string, field: AnyField | StandardSchema) => {
  if (isSchema(field)) return schemaCodec(field)
  if (field.codec === undefined || field.traits.isNullable)
    throw new InvalidModel(
      model,
      `${attribute} stands in ${key}, but values of its type cannot: use t.string(), t.int(), t.date(), t.day(), t.boolean(), ` +
        't.oneOf() or t.literal()'
    )
  if (field.traits.isOptional && key !== 'GSI1PK')
    throw new InvalidModel(model, `${attribute} stands in ${key}, so it cannot be optional`)
  const { fallback, isFixed } = field.traits
  if (isFixed && field.codec.encode(fallback?.()) === undefined)
    throw new InvalidModel(
      model,
      `${attribute} stands in ${key}, and its default cannot: it must be ${field.codec.expects}`
    )
  return field.codec
}

/** The attributes that keystorm itself writes, by what it does with them. */
export const rolesOf = ({ name, fields }: Blueprint): { readonly [R in Role]?: string } => {
  const roles: { [R in Role]?: string } = {}
  for (const [attribute, field] of Object.entries(fields)) {
    const role = isSchema(field) ? undefined : field.traits.role
    if (role === undefined) continue
    if (roles[role] !== undefined)
      throw new InvalidModel(name, `${roles[role]} and ${attribute} are both t.${role}(); there can be one`)
    roles[role] = attribute
  }
  return roles
}
