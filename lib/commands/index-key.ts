import { Change, Operator } from '../expressions/operators.ts'
import type { Action } from '../expressions/update.ts'
import type { Report } from '../fields/report.ts'
import { string } from '../fields/scalars.ts'
import type { AttributeOf } from '../keys/part.ts'
import type { Definition } from '../model/definition.ts'
import type { Parts, PrimaryNames, Shape } from '../model/shape.ts'

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
  const lacking = own.find(name => !Object.hasOwn(changes, name))
  const given = own.find(name => Object.hasOwn(changes, name))
  if (lacking === undefined || given === undefined) return undefined
  return `${model.name}: set() gives ${given} but not ${lacking}, and GSI1PK is made of all`
}

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
  const path = { steps: ['GSI1PK'], field: string() }
  const isGone = (name: string): boolean =>
    removed.includes(name) || (Object.hasOwn(changes, name) && changes[name] === undefined)
  if (own.some(isGone)) return [{ kind: 'REMOVE', path }]
  if (!own.some(name => Object.hasOwn(changes, name))) return []
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
  return [{ kind: 'SET', path, value: { value: { S: gsi1.render({ ...changes, ...pick(key, model) }) } } }]
}

/** GSI1PK of an item that an upsert may make, where the upsert sets none of its attributes: made of their defaults. */
export const indexAtBirth = (model: Definition, key: Values, report: Report): Action[] => {
  const { gsi1, attributes } = model
  if (gsi1 === undefined) return []
  const own = ownAttributes(model)
  const path = { steps: ['GSI1PK'], field: string() }
  if (own.length === 0) return [{ kind: 'SET', path, value: { value: { S: gsi1.render(key) } } }]
  const name = own.find(name => attributes.field(name)?.traits.fallback)
  if (name === undefined) return []
  if (own.length > 1) {
    // An item that is there may have some of them, and GSI1PK cannot be made of what is unknown.
    report.issues.push({ path: [name], message: `stands in GSI1PK, so upsert() must be given it` })
    return []
  }
  const values = { ...pick(key, model), [name]: attributes.field(name)?.traits.fallback?.() }
  const value = { value: { S: gsi1.render(values) } }
  return [{ kind: 'SET', path, value: { kind: 'ifMissing', path, value } }]
}

/** The attributes of GSI1PK that are not known from the primary key. */
const ownAttributes = ({ gsi1, pk, sk }: Definition): string[] =>
  gsi1 === undefined
    ? []
    : gsi1.attributes.filter(name => !pk.attributes.includes(name) && !sk.attributes.includes(name))

const pick = (key: Values, { pk, sk }: Definition): Values =>
  Object.fromEntries([...pk.attributes, ...sk.attributes].map(name => [name, key[name]]))
