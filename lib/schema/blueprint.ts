import { describe, formatPath, InvalidModel, quote } from '../errors.ts'
import { MadeField, type Role } from '../fields/field.ts'
import { isPlain } from '../fields/kinds.ts'
import { notNamed } from '../fields/record.ts'
import type { Fields, MadeFields } from '../fields/records.ts'
import { isSchema } from '../fields/schema.ts'
import { checkFixed, checkName } from '../keys/part.ts'
import type { Text } from '../keys/text.ts'
import { checkKeys } from './check-keys.ts'
import type { TableLayout } from './table-layout.ts'

/** The source of a key: parts, or a whole text. */
export type KeySpec = readonly string[] | Text

/**
 * The keys that a model gives for an index. A key that is left out is the table's, an earlier index's, or an attribute.
 */
interface IndexSpec {
  readonly pk?: KeySpec | undefined
  readonly sk?: KeySpec | undefined
}

/** The given keys of an index, without undefined ones. Throws InvalidModel for other objects. */
export const indexSpecOf = (model: string, index: string, keys: unknown = {}): IndexSpec => {
  const given: IndexSpec | undefined = isPlain(keys) ? keys : undefined
  const odd = given && Object.keys(given).find(name => name !== 'pk' && name !== 'sk')
  if (given === undefined || odd !== undefined)
    throw new InvalidModel(
      model,
      `.index('${index}') takes its keys, such as { pk: ['status'] }, ${odd === undefined ? `but got ${describe(keys)}` : `and ${quote(odd)} is none`}`
    )
  const { pk, sk } = given
  return { ...(pk !== undefined && { pk }), ...(sk !== undefined && { sk }) }
}

/** The state of the model builder. */
export interface Blueprint {
  readonly name: string
  readonly layout: TableLayout
  readonly suffix: string
  readonly pk?: KeySpec
  readonly sk?: KeySpec
  readonly indexes: Readonly<Record<string, IndexSpec>>
  readonly fields: MadeFields
  readonly raw: boolean
  /** Whether fields can still be added. A key attribute without a field is then checked only by its name. */
  readonly isDraft?: boolean
}

/** Refuses a blueprint that can never become a model, at the step that breaks it. */
export const checkBlueprint = (blueprint: Blueprint): void => {
  const { name, suffix, fields, raw } = blueprint
  if (typeof name !== 'string' || name === '')
    throw new InvalidModel('model()', 'a model needs a name, which is a text')
  if (name === '__proto__') throw new InvalidModel(name, 'no object has a member of this name: choose another')
  // The default suffix, the model's name, is checked where a key ends in it. Keys that are whole texts have no suffix.
  if (suffix !== name) checkFixed(name, 'the suffix', suffix, raw)
  for (const [attribute, field] of Object.entries(fields)) {
    checkName(name, attribute)
    if (isSchema(field)) continue
    if (!(field instanceof MadeField))
      throw new InvalidModel(name, `${attribute} must be made by t.* or be a Standard Schema`)
    const [unfit] = field.unfitDefaults
    if (unfit)
      throw new InvalidModel(
        name,
        `the default of ${formatPath([attribute, ...unfit.path])} does not fit: it ${unfit.message}`
      )
  }
  rolesOf(blueprint)
  checkKeys(blueprint)
}

/** A copy of the fields. */
export const fieldsOf = (name: string, fields: Fields): MadeFields => {
  const problem = notNamed(fields)
  if (problem !== undefined) throw new InvalidModel(name, `.fields() ${problem}`)
  return { ...fields } as MadeFields // checkBlueprint() refuses fields that are not made by t.*
}

/** The names of the attributes with a role, by role. Throws InvalidModel if two have the same. */
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
