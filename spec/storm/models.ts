/** keystorm models made from the declarations of STORM's, and their query builder as data can call it. */
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { AnyField } from '../../lib/fields/field.ts'
import type { Fields } from '../../lib/fields/records.ts'
import * as t from '../../lib/fields/t.ts'
import { model } from '../../lib/schema/model.ts'
import { type ModelSet, models } from '../../lib/schema/set.ts'
import type { AnyModel } from '../../lib/schema/shape.ts'
import type { PrimaryKey } from '../../lib/storm.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { declarationOf, declarations, keyCases, type ModelDeclaration, type NeutralRecord } from './data.ts'
import { numbersIn, plainOf } from './values.ts'

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
  only(...names: readonly string[]): GeneralQuery
  startingAfter(key: Values): GeneralQuery
  compile(): QueryCommandInput
}

/** What stands for STORM's int, which holds any number: rows with more digits or fractions need another type. */
export type Ints = 'int' | 'bigint' | 'number'

/** A variant of a model. */
export interface Variant {
  readonly name?: string
  readonly ints?: Ints
  /** What an attribute that is not there is: None as STORM reads it, nothing, or a mistake as where STORM saves. */
  readonly missing?: keyof typeof MISSING
  /** Whether `#` and `%` stand in keys as they are. */
  readonly isRaw?: boolean
}

const INTS: Readonly<Record<Ints, () => AnyField>> = { int: () => t.int(), bigint: t.bigint, number: t.number }

const FIELDS: Readonly<Record<string, () => AnyField>> = {
  str: t.string,
  float: t.number,
  Decimal: t.number,
  bool: t.boolean,
  bytes: t.binary,
  dict: () => t.type<Record<string, unknown>>(),
  list: () => t.list(t.type<unknown>()),
  set: () => t.set(t.type<string | number | Uint8Array>())
}

const MISSING = {
  null: (field: AnyField) => field.nullable().default(null),
  absent: (field: AnyField) => field.nullable().optional(),
  refused: (field: AnyField) => field.nullable()
}

/** STORM refuses such models only when it writes; keystorm does when they are declared. */
export const hasSortKey = (id: string): boolean => declarationOf(id).sk_fields.length > 0

export const modelIds = Object.keys(declarations).filter(hasSortKey)

/** The model that STORM declared under this id. Named like STORM's class, whose name is the default suffix in both. */
export const modelOf = (id: string, variant: Variant = {}): GeneralModel =>
  modelFrom(declarationOf(id), { isRaw: needsRawKeys(id), ...variant })

export const modelFrom = (declaration: ModelDeclaration, variant: Variant = {}): GeneralModel => {
  const { effective_suffix: suffix, pk_fields, sk_fields, gsi_fields } = declaration
  const { name = declaration.class_name, isRaw = false } = variant
  const parts = (names: readonly string[]) => names.map(attribute => partOf(declaration, attribute))
  // Here, and only here, the compile-time types are given up: they describe literal parts and fields, and these are data.
  let draft = model(name) as unknown as GeneralDraft
  if (isRaw) draft = draft.rawKeys()
  if (suffix !== name) draft = draft.suffix(suffix)
  draft = draft.pk(...parts(pk_fields)).sk(...parts(sk_fields))
  if (gsi_fields.length > 0) draft = draft.gsi1(...parts(gsi_fields))
  return draft.fields(fieldsOf(declaration, variant))
}

/** The part as keystorm writes it, with the identifier only where keystorm's default is another, or it asks for one. */
const partOf = ({ fields }: ModelDeclaration, attribute: string): string => {
  const field = fields.find(field => field.name === attribute)
  const identifier = field?.effective_identifier ?? ''
  const isDefault = identifier === attribute.charAt(0).toUpperCase() && identifier.isWellFormed()
  return isDefault ? attribute : `${identifier}#${attribute}`
}

/** Every attribute but those in keys may be None, as in STORM. */
const fieldsOf = (declaration: ModelDeclaration, { ints = 'int', missing = 'null' }: Variant): Fields =>
  Object.fromEntries(
    declaration.fields.map(({ name, type }) => {
      const field = type === 'int' ? INTS[ints]() : FIELDS[type]?.()
      if (field === undefined) throw new Error(`${name}: there is no type ${type}`)
      return [name, keyNames(declaration).includes(name) ? field : MISSING[missing](field)]
    })
  )

export const keyAttributes = (id: string): readonly string[] => keyNames(declarationOf(id))

const keyNames = ({ pk_fields, sk_fields, gsi_fields }: ModelDeclaration): readonly string[] => [
  ...pk_fields,
  ...sk_fields,
  ...gsi_fields
]

const raw = new Map<string, boolean>()

/** STORM puts everything into keys as it is; keystorm does so where it is told to. */
const needsRawKeys = (id: string): boolean => {
  const known = raw.get(id) ?? hasOddKeys(id)
  raw.set(id, known)
  return known
}

const hasOddKeys = (id: string): boolean => {
  const { effective_suffix, fields } = declarationOf(id)
  const fixed = fields.filter(({ name }) => keyAttributes(id).includes(name)).map(field => field.effective_identifier)
  const values = keyCases()
    .filter(({ model }) => model === id)
    .flatMap(({ input }) => keyAttributes(id).map(name => String(input[name])))
  return [effective_suffix, ...fixed, ...values].some(text => /[#%]/.test(text))
}

/** What stands for the ints of a model so that it can hold these numbers. */
export const intsFor = (id: string, ...records: readonly NeutralRecord[]): Ints => {
  const names = declarationOf(id).fields.flatMap(({ name, type }) => (type === 'int' ? [name] : []))
  const numbers = records.flatMap(record => names.flatMap(name => numbersIn(record[name] ?? null))).map(Number)
  if (numbers.some(number => !Number.isInteger(number))) return 'number'
  return numbers.every(Number.isSafeInteger) ? 'int' : 'bigint'
}

/** A STORM object as keystorm's values. None in a key is nothing, as in STORM. Throws TooPrecise. */
export const valuesOf = (id: string, input: NeutralRecord, ints?: Ints): Record<string, unknown> =>
  valuesFrom(declarationOf(id), input, ints)

export const valuesFrom = (
  declaration: ModelDeclaration,
  input: NeutralRecord,
  ints: Ints = 'int'
): Record<string, unknown> => {
  const values: Record<string, unknown> = {}
  for (const { name, type } of declaration.fields) {
    const given = input[name]
    if (given === undefined || (given === null && keyNames(declaration).includes(name))) continue
    const value = plainOf(given)
    values[name] = type === 'int' && ints === 'bigint' && typeof value === 'number' ? BigInt(value) : value
  }
  return values
}

/** A query as data can call it. Its methods are typed by the model's parts, which nobody knows at compile time. */
export const queryOf = (db: Db, model: AnyModel): GeneralQuery => db.query(model) as unknown as GeneralQuery

/** The models of these ids side by side, each under its id. */
export const setOf = (ids: readonly string[], variant?: Variant): ModelSet<Record<string, GeneralModel>> =>
  models<Record<string, GeneralModel>>(Object.fromEntries(ids.map(id => [id, modelOf(id, { ...variant, name: id })])))

/** What there is under these names. */
export const pick = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(names.filter(name => values[name] !== undefined).map(name => [name, values[name]]))
