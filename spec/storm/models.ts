/** keystorm models made from the declarations of STORM's, and their query builder as data can call it. */
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { Db } from '../../lib/db/connect.ts'
import type { PrimaryKey } from '../../lib/errors.ts'
import type { Fields } from '../../lib/fields/attributes.ts'
import type { AnyField } from '../../lib/fields/field.ts'
import * as t from '../../lib/fields/t.ts'
import { model } from '../../lib/model/model.ts'
import { type ModelSet, models } from '../../lib/model/set.ts'
import type { AnyModel } from '../../lib/model/shape.ts'
import { declarationOf, declarations, keyCases, type NeutralRecord, scalar } from './data.ts'

export type Values = Readonly<Record<string, unknown>>

/** A model whose attributes only data knows. */
export interface GeneralModel extends AnyModel {
  key(values: Values): PrimaryKey
  gsi1Key(values: Values): { readonly GSI1PK: string; readonly SK: string }
  parse(key: PrimaryKey): Record<string, unknown> | undefined
}

interface GeneralDraft extends GeneralModel {
  rawKeys(): GeneralDraft
  suffix(suffix: string): GeneralDraft
  pk(...parts: readonly string[]): GeneralDraft
  sk(...parts: readonly string[]): GeneralDraft
  gsi1(...parts: readonly string[]): GeneralDraft
  fields(fields: Fields): GeneralDraft
}

export interface GeneralQuery extends PromiseLike<Record<string, unknown>[]> {
  where(values: Values): GeneralQuery
  onGsi1(): GeneralQuery
  consistent(): GeneralQuery
  limit(items: number): GeneralQuery
  reverse(): GeneralQuery
  compile(): QueryCommandInput
}

/** The types keystorm has a field for. Attributes of the others are left out of the models. */
const FIELDS: Readonly<Record<string, () => AnyField>> = {
  str: t.string,
  int: () => t.int(),
  float: t.number,
  bool: t.boolean
}

/** STORM refuses such models only when it writes; keystorm does when they are declared. */
export const hasSortKey = (id: string): boolean => declarationOf(id).sk_fields.length > 0

export const modelIds = Object.keys(declarations).filter(hasSortKey)

/** The model that STORM declared under this id. Named like STORM's class, whose name is the default suffix in both. */
export const modelOf = (id: string, name = declarationOf(id).class_name): GeneralModel => {
  const { effective_suffix: suffix, pk_fields, sk_fields, gsi_fields } = declarationOf(id)
  const parts = (names: readonly string[]) => names.map(attribute => partOf(id, attribute))
  // Here, and only here, the compile-time types are given up: they describe literal parts and fields, and these are data.
  let draft = model(name) as unknown as GeneralDraft
  if (needsRawKeys(id)) draft = draft.rawKeys()
  if (suffix !== name) draft = draft.suffix(suffix)
  draft = draft.pk(...parts(pk_fields)).sk(...parts(sk_fields))
  if (gsi_fields.length > 0) draft = draft.gsi1(...parts(gsi_fields))
  return draft.fields(fieldsOf(id))
}

/** The part as keystorm writes it, with the identifier only where keystorm's default is another, or it asks for one. */
const partOf = (id: string, attribute: string): string => {
  const field = declarationOf(id).fields.find(field => field.name === attribute)
  const identifier = field?.effective_identifier ?? ''
  const isDefault = identifier === attribute.charAt(0).toUpperCase() && identifier.isWellFormed()
  return isDefault ? attribute : `${identifier}#${attribute}`
}

/** Every attribute but those in keys may be missing, as in STORM, which reads None then. */
const fieldsOf = (id: string): Fields =>
  Object.fromEntries(
    declarationOf(id).fields.flatMap(({ name, type }) => {
      const field = FIELDS[type]?.()
      return field ? [[name, keyAttributes(id).includes(name) ? field : field.optional()]] : []
    })
  )

export const keyAttributes = (id: string): readonly string[] => {
  const { pk_fields, sk_fields, gsi_fields } = declarationOf(id)
  return [...pk_fields, ...sk_fields, ...gsi_fields]
}

/** STORM puts everything into keys as it is; keystorm does so where it is told to. */
const needsRawKeys = (id: string): boolean => {
  const { effective_suffix, fields } = declarationOf(id)
  const fixed = fields.filter(({ name }) => keyAttributes(id).includes(name)).map(field => field.effective_identifier)
  const values = keyCases()
    .filter(({ model }) => model === id)
    .flatMap(({ input }) => keyAttributes(id).map(name => String(input[name])))
  return [effective_suffix, ...fixed, ...values].some(text => /[#%]/.test(text))
}

/** The attributes of this model whose types keystorm does not have yet. */
export const notYet = (id: string): readonly string[] =>
  declarationOf(id)
    .fields.filter(({ type }) => FIELDS[type] === undefined)
    .map(({ name }) => name)

/** What keystorm can hold of a STORM object. Throws TooPrecise. */
export const valuesOf = (id: string, input: NeutralRecord): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const { name, type } of declarationOf(id).fields) {
    const value = FIELDS[type] && scalar(input[name])
    if (value !== undefined) values[name] = value
  }
  return values
}

/** Whether an object has a value that keystorm has no type for. */
export const isPartial = (id: string, input: NeutralRecord): boolean =>
  notYet(id).some(name => input[name] !== undefined && input[name] !== null)

/** A query as data can call it. Its methods are typed by the model's parts, which nobody knows at compile time. */
export const queryOf = (db: Db, model: AnyModel): GeneralQuery => db.query(model) as unknown as GeneralQuery

/** The models of these ids side by side, each under its id. */
export const setOf = (ids: readonly string[]): ModelSet<Record<string, GeneralModel>> =>
  models<Record<string, GeneralModel>>(Object.fromEntries(ids.map(id => [id, modelOf(id, id)])))

export const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.map(name => [name, values[name]]))
