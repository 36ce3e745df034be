/** STORM's updates as keystorm's changes, and what they do to a row. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { copyOf, eq, minus, plus } from '../../lib/expressions/operators.ts'
import { declarationOf, type Neutral, type NeutralRecord, type Row } from './data.ts'
import { type Ints, modelOf, pick, valuesOf } from './models.ts'
import { neutralOf, rowOnTheWire } from './rows.ts'
import { numbersIn, plainOf, storedOf } from './values.ts'

/** An update as data can call it. */
export interface GeneralUpdate extends PromiseLike<unknown> {
  set(changes: Readonly<Record<string, unknown>>): GeneralUpdate
}

/** A sum of fields and numbers, which is all that STORM's F expressions are; `undefined` for anything else. */
const sumOf = (value: Neutral): { fields: string[]; terms: Neutral[] } | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const { $F, $add } = value as { readonly $F?: string; readonly $add?: readonly Neutral[] }
  if ($F !== undefined) return { fields: [$F], terms: [] }
  if ($add === undefined) return undefined
  const sides = $add.map(side => sumOf(side) ?? { fields: [], terms: [side] })
  return { fields: sides.flatMap(side => side.fields), terms: sides.flatMap(side => side.terms) }
}

/** What `.set()` takes for STORM's update; `undefined` where keystorm offers nothing: two attributes cannot be added. */
export const changesOf = (id: string, set: NeutralRecord, ints: Ints): Record<string, unknown> | undefined => {
  const plain = Object.entries(set).filter(([, value]) => !sumOf(value))
  const values = valuesOf(id, Object.fromEntries(plain), ints)
  const changes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(set)) {
    const sum = sumOf(value)
    if (sum === undefined && !(name in values))
      changes[name] = plainOf(value) // not an attribute of the model
    else if (sum === undefined)
      changes[name] = isDict(id, name) && values[name] !== null ? eq(values[name]) : values[name]
    else if (sum.fields.length > 1) return undefined
    else changes[name] = changeOf(name, sum.fields[0] ?? name, sum.terms, ints)
  }
  return changes
}

const changeOf = (name: string, from: string, terms: readonly Neutral[], ints: Ints): unknown => {
  if (terms.length === 0) return copyOf(from)
  const [first, ...more] = terms.map(plainOf)
  if (typeof first !== 'number' && typeof first !== 'bigint') return plus(first as number) // to be refused
  const amount = more.reduce<number>((sum, term) => sum + Number(term), Number(first))
  const whole = ints === 'bigint' ? BigInt(first) : amount
  if (from !== name) return plus(from, whole)
  return whole < 0 ? minus(-whole) : plus(whole)
}

const isDict = (id: string, name: string): boolean =>
  declarationOf(id).fields.some(field => field.name === name && field.type === 'dict')

/** The numbers that the ints of an update must hold. */
export const numbersOf = (id: string, set: NeutralRecord): NeutralRecord[] => {
  const ints = declarationOf(id).fields.filter(({ name, type }) => type === 'int' && set[name] !== undefined)
  return ints.flatMap(({ name }) => numbersIn(set[name] ?? null).map($decimal => ({ [name]: { $decimal } })))
}

/** The row as an update should leave it, GSI1PK included, which STORM forgets. */
export const updated = (id: string, row: Row, set: NeutralRecord): Row => {
  const changed: Row = { ...rowOnTheWire(row) }
  for (const [name, value] of Object.entries(set)) {
    const sum = sumOf(value)
    changed[name] = sum ? summed(row, sum.fields, sum.terms) : storedOf(value)
  }
  return { ...changed, ...indexKey(id, changed) }
}

const summed = (row: Row, fields: readonly string[], terms: readonly Neutral[]): AttributeValue => {
  const texts = [...fields.map(name => row[name]?.N ?? ''), ...terms.flatMap(numbersIn)]
  if (texts.every(text => /^-?\d+$/.test(text)))
    return { N: String(texts.reduce((sum, text) => sum + BigInt(text), 0n)) }
  return { N: String(texts.reduce((sum, text) => sum + Number(text), 0)) }
}

const indexKey = (id: string, row: Row): Row => {
  const { gsi_fields, sk_fields } = declarationOf(id)
  if (gsi_fields.length === 0) return {}
  const values = pick(neutralOf(row), [...gsi_fields, ...sk_fields])
  return { GSI1PK: { S: modelOf(id).gsi1Key(values).GSI1PK } }
}

/** The row as a save should leave it. */
export const saved = (id: string, input: NeutralRecord): Row => {
  const attributes = Object.fromEntries(Object.entries(input).map(([name, value]) => [name, storedOf(value)]))
  const { PK, SK } = modelOf(id).key(valuesOf(id, input))
  return { ...attributes, PK: { S: PK }, SK: { S: SK }, ...indexKey(id, attributes) }
}
