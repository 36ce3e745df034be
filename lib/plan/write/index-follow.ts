import { absentValue, MISSING, type Row } from '../../expressions/absent.ts'
import type { Action } from '../../expressions/action.ts'
import { Change, Operator } from '../../expressions/operators.ts'
import { leaf } from '../../expressions/tree.ts'
import type { Changes } from '../../expressions/update.ts'
import { ownValue } from '../../fields/record.ts'
import type { Report } from '../../fields/report.ts'
import { string } from '../../fields/scalars.ts'
import type { AttributeOf } from '../../keys/part.ts'
import type { Definition } from '../../schema/definition.ts'
import type { Parts, PrimaryNames, Shape } from '../../schema/shape.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * What keeps an update from following GSI1PK, as a sentence; `never` if nothing does. `Given` and `Removed` are those of the
 * index's own attributes that are set and removed. The type-level twin of {@link indexProblem}.
 */
export type IndexProblem<S extends Shape, Given extends string, Removed extends string> = [Given] extends [never]
  ? never
  : [Removed] extends [never]
    ? Lacking<S['name'], NonNullable<S['gsi1']>, Given | PrimaryNames<S>, Given>
    : never

type Lacking<Name extends string, P extends Parts, Known extends string, Given extends string> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Known
    ? Lacking<Name, Rest, Known, Given>
    : `${Name}: set() gives ${Given} but not ${AttributeOf<First>}, and GSI1PK is made of all`
  : never

const indexProblem = (model: Definition, own: readonly string[], changes: Values): string | undefined => {
  const lacking = own.find(name => !isGiven(changes, name) && !isConstant(model, name))
  const given = own.find(name => isGiven(changes, name))
  if (lacking === undefined || given === undefined) return undefined
  return `${model.name}: set() gives ${given} but not ${lacking}, and GSI1PK is made of all`
}

const TEXT = string()
const GSI1PK = { steps: ['GSI1PK'], field: TEXT }

const isGiven = (changes: Values, name: string): boolean => ownValue(changes, name) !== undefined

/** How GSI1PK follows an update: rewritten when its attributes are set, removed when one of them is. */
export const indexActions = (
  model: Definition,
  key: Values,
  changes: Values,
  removed: readonly string[],
  report: Report
): Action[] => {
  const { gsi1 } = model
  if (gsi1 === undefined) return []
  const own = ownAttributes(model)
  if (own.some(name => removed.includes(name))) return [{ kind: 'REMOVE', path: GSI1PK }]
  if (!own.some(name => isGiven(changes, name))) return []
  const problem = indexProblem(model, own, changes)
  if (problem !== undefined) {
    report.issues.push({ path: ['GSI1PK'], message: problem })
    return []
  }
  const unknown = own.find(name => changes[name] instanceof Change || changes[name] instanceof Operator)
  if (unknown !== undefined) {
    report.issues.push({ path: [unknown], message: 'stands in GSI1PK, so it takes a plain value' })
    return []
  }
  return [{ kind: 'SET', path: GSI1PK, value: { value: { S: gsi1.render({ ...changes, ...pick(key, model) }) } } }]
}

export const NOTHING: Changes = { actions: [], assumed: [] }

/**
 * GSI1PK of an item that an upsert may make, where the upsert sets none of its attributes: made of their defaults. A row that
 * has such an attribute, but no GSI1PK, was written before the model had an index, and is left out of it.
 */
export const indexAtBirth = (model: Definition, key: Values, report: Report, row?: Row): Changes => {
  const { gsi1, attributes } = model
  if (gsi1 === undefined) return NOTHING
  const own = ownAttributes(model).filter(name => !isConstant(model, name))
  const path = GSI1PK
  if (own.length === 0)
    return { actions: [{ kind: 'SET', path, value: { value: { S: gsi1.render(key) } } }], assumed: [] }
  const defaults = own.map(name => [name, absentValue(attributes.field(name) ?? TEXT)] as const)
  const [name, made] = defaults.find(([, made]) => made !== undefined && made !== MISSING) ?? []
  if (name === undefined) return NOTHING
  if (own.length > 1) {
    // An item that is there may have some of them, and GSI1PK cannot be made of what is unknown.
    report.issues.push({ path: [name], message: `stands in GSI1PK, so upsert() must be given it` })
    return NOTHING
  }
  if (row !== undefined && row.PK !== undefined && ownValue(row, name) !== undefined && row.GSI1PK === undefined) {
    const isThere = leaf('exists', { steps: [name], field: TEXT })
    return { actions: [], assumed: [isThere, leaf('missing', path)] }
  }
  const or = { value: { S: gsi1.render({ ...pick(key, model), [name]: made }) } }
  const missing = ['PK', name].map(name => leaf('missing', { steps: [name], field: TEXT }))
  return {
    actions: [{ kind: 'SET', path, value: { kind: 'ifMissing', from: { at: path, or } } }],
    assumed: [{ kind: 'or', conditions: [leaf('exists', path), ...missing] }]
  }
}

/** The attributes of GSI1PK that are not known from the primary key. */
const ownAttributes = ({ gsi1, pk, sk }: Definition): string[] =>
  gsi1 === undefined
    ? []
    : gsi1.attributes.filter(name => !pk.attributes.includes(name) && !sk.attributes.includes(name))

/** Whether an attribute of GSI1PK need not be given, as one value is possible. */
const isConstant = ({ gsi1 }: Definition, name: string): boolean =>
  gsi1?.slots.some(({ attribute, constant }) => attribute === name && constant !== undefined) === true

const pick = (key: Values, { pk, sk }: Definition): Values =>
  Object.fromEntries(
    [...pk.attributes, ...sk.attributes].filter(name => Object.hasOwn(key, name)).map(name => [name, key[name]])
  )
