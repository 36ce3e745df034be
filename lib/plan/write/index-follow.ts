import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { absentValue, MISSING } from '../../expressions/absent.ts'
import type { Action } from '../../expressions/action.ts'
import type { Row } from '../../expressions/found-row.ts'
import { MadeChange, MadeOperator } from '../../expressions/operators.ts'
import { placeOf } from '../../expressions/path.ts'
import { leaf } from '../../expressions/tree.ts'
import type { RowChanges } from '../../expressions/update.ts'
import { ownValue } from '../../fields/record.ts'
import type { Report } from '../../fields/report.ts'
import { TEXT } from '../../fields/scalars.ts'
import type { AttributeOf } from '../../keys/part.ts'
import type { KeySource, Values } from '../../keys/source.ts'
import type { NameIn, PlacesIn } from '../../keys/text.ts'
import type { Definition } from '../../schema/definition.ts'
import type { IndexGroup } from '../../schema/index-groups.ts'
import type {
  ConstantKeys,
  DerivedNames,
  IndexShape,
  Parts,
  PrimaryNames,
  Shape,
  TableKey
} from '../../schema/shape.ts'

/**
 * The sentence that says why an update cannot write the index keys that depend on it; `never` if it can. `Given` and
 * `Removed` name the indexes' own attributes that it sets and removes. The type-level twin of {@link indexProblem}.
 */
export type IndexProblem<S extends Shape, Given extends string, Removed extends string> = [Given] extends [never]
  ? never
  : ProblemsIn<S, S['indexes']['of'], Given, Removed>

type ProblemsIn<S extends Shape, I extends Shape['indexes']['of'], Given extends string, Removed extends string> = {
  [N in keyof I & string]: ProblemIn<S, N, I[N], Given, Removed>
}[keyof I & string]

type ProblemIn<
  S extends Shape,
  N extends string,
  I extends IndexShape,
  Given extends string,
  Removed extends string
> = [Given & I['follows']] extends [never]
  ? never
  : [Removed & I['follows']] extends [never]
    ? [DerivedNames<S> & I['follows']] extends [never]
      ? ProblemOf<S, N, I, Given>
      : ProblemOf<S, N, I, Given> | Untold<S, N, I, Given & I['follows']>
    : never

type ProblemOf<S extends Shape, N extends string, I extends IndexShape, Given extends string> = I['texts'] extends
  | { readonly sk: string }
  | { readonly pk: string }
  ? LackingOf<S, N, Exclude<I['follows'], Given | Told<S>>, Given & I['follows']>
  :
      | Lacking<S['name'], RenderedParts<I['pk']>, Given | Told<S>, Given & I['follows'], KeyName<S, N, 'pk'>>
      | Lacking<S['name'], RenderedParts<I['sk']>, Given | Told<S>, Given & I['follows'], KeyName<S, N, 'sk'>>

/** The problem of an index key that has an attribute of which the primary key tells only another, derived text. */
type Untold<S extends Shape, N extends string, I extends IndexShape, Given extends string> =
  UntoldIn<S, PlacesOf<I, 'pk'> | PlacesOf<I, 'sk'>> extends infer Missing extends string
    ? [Missing] extends [never]
      ? never
      : `${S['name']}: set() gives ${Given}, and the keys of ${N} are made of it and of ${Missing}, of which the key tells only a derived text: use modify(), which reads the item`
    : never
type UntoldIn<S extends Shape, Places extends string> = DerivedNames<S> &
  NameIn<Exclude<Places, PlacesIn<S['table']['texts'][TableKey]>>>
type PlacesOf<I extends IndexShape, K extends TableKey> = I['texts'][K] extends string
  ? PlacesIn<I['texts'][K]>
  : AttributeOf<RenderedParts<I[K]>[number]>

/** The attributes that an update need not set: those of the primary key, and those that have only one value. */
type Told<S extends Shape> = PrimaryNames<S> | ConstantKeys<S>

type KeyName<S extends Shape, N extends string, K extends 'pk' | 'sk'> = S['table']['layout']['indexes'][N][K][number]

type RenderedParts<P> = P extends Parts ? (P[number] extends `(own)#${string}` ? [] : P) : []

type LackingOf<S extends Shape, N extends string, Missing extends string, Given extends string> = [Missing] extends [
  never
]
  ? never
  : `${S['name']}: set() gives ${Given} but not ${Missing}, and the keys of ${N} are made of all`

type Lacking<
  Name extends string,
  P extends Parts,
  Known extends string,
  Given extends string,
  Key extends string
> = P extends readonly [infer First extends string, ...infer Rest extends Parts]
  ? AttributeOf<First> extends Known
    ? Lacking<Name, Rest, Known, Given, Key>
    : `${Name}: set() gives ${Given} but not ${AttributeOf<First>}, and ${Key} is made of all`
  : never

const indexProblem = ({ keys, own }: IndexGroup, changes: Values, { primary }: Definition): string | undefined => {
  const lacking = own.find(name => !isGiven(changes, name) && !isConstant(keys, name))
  const given = own.find(name => isGiven(changes, name))
  if (lacking === undefined || given === undefined) return undefined
  return primary.includes(lacking)
    ? `set() gives ${given}, and ${namesOf(keys)} made of it and of ${lacking}, of which the key tells only a derived text: use modify(), which reads the item`
    : `set() gives ${given} but not ${lacking}, and ${namesOf(keys)} made of all`
}

/** `GSI1PK is`, `GSI1PK and GSI1SK are`. */
const namesOf = (keys: readonly KeySource[]): string =>
  `${keys.map(({ name }) => name).join(' and ')} ${keys.length === 1 ? 'is' : 'are'}`

const isGiven = (changes: Values, name: string): boolean => ownValue(changes, name) !== undefined

/**
 * The actions that keep index keys up to date: the update writes them when it sets their attributes, and removes them
 * when it removes one of those. `isRead`: the key's values are those of the row, also where the key has a derived text.
 */
export const indexActions = (
  model: Definition,
  key: Values,
  changes: Values,
  removed: readonly string[],
  report: Report,
  isRead = false
): readonly Action[] => {
  let actions: readonly Action[] = NO_ACTIONS
  for (const group of model.groups) {
    if (!touches(group, changes, removed)) continue
    actions = [...actions, ...groupActions(model, group, key, changes, removed, report, isRead)]
  }
  return actions
}

const NO_ACTIONS: readonly Action[] = []

/** Whether an update sets or removes any attribute of the group's keys. */
const touches = ({ own }: IndexGroup, changes: Values, removed: readonly string[]): boolean => {
  for (const name of own) if (isGiven(changes, name) || removed.includes(name)) return true
  return false
}

const groupActions = (
  model: Definition,
  group: IndexGroup,
  key: Values,
  changes: Values,
  removed: readonly string[],
  report: Report,
  isRead: boolean
): Action[] => {
  const { keys, own } = group
  if (own.some(name => removed.includes(name))) {
    const lost = lostWith(model, group, removed)
    if (lost !== undefined)
      report.issues.push({
        path: [lost],
        message: `is .onlyInKeys(), and would be lost: what is removed takes ${keys.map(({ name }) => name).join(' and ')} away`
      })
    return keys.map(key => ({ kind: 'REMOVE', path: placeOf(key.name) }))
  }
  const known = pick(key, model)
  const problem = indexProblem(group, isRead ? { ...changes, ...known } : changes, model)
  if (problem !== undefined) {
    report.issues.push({ path: [keys[0]?.name ?? ''], message: problem })
    return []
  }
  const unknown = own.find(name => changes[name] instanceof MadeChange || changes[name] instanceof MadeOperator)
  if (unknown !== undefined) {
    report.issues.push({
      path: [unknown],
      message: `stands in ${keys.map(({ name }) => name).join(' and ')}, so it takes a plain value`
    })
    return []
  }
  const values = Object.assign({}, changes, known) // several times as fast as a spread of both
  return keys.map(key => ({ kind: 'SET', path: placeOf(key.name), value: { value: key.stored(values) } }))
}

/** An attribute that only the group's keys hold, and that the update does not remove. */
const lostWith = (model: Definition, group: IndexGroup, removed: readonly string[]): string | undefined => {
  const staying = model.groups.filter(({ own }) => !own.some(name => removed.includes(name)))
  const others = [...model.table.pk, ...model.table.sk, ...staying.flatMap(({ keys }) => keys)]
  return group.keys
    .flatMap(key => key.attributes)
    .find(
      name => model.isOnlyInKeys(name) && !removed.includes(name) && !others.some(key => key.attributes.includes(name))
    )
}

/** The changes of an update that has nothing to do. */
export const NO_ROW_CHANGES: RowChanges = { actions: [], assumed: [] }

/**
 * The index keys of an item that an upsert may create, where it sets none of their attributes: they come from the
 * defaults. A row that has such an attribute but no index key is older than the index, so it stays out of it.
 */
export const indexAtBirth = (
  model: Definition,
  key: Values,
  changes: Values,
  removed: readonly string[],
  report: Report,
  row?: Row
): RowChanges => {
  if (model.groups.length === 0) return NO_ROW_CHANGES
  const made = model.groups
    .filter(({ own }) => !own.some(name => removed.includes(name) || isGiven(changes, name)))
    .map(group => groupAtBirth(model, group, key, report, row))
  return { actions: made.flatMap(({ actions }) => actions), assumed: made.flatMap(({ assumed }) => assumed) }
}

const groupAtBirth = (model: Definition, group: IndexGroup, key: Values, report: Report, row?: Row): RowChanges => {
  const { keys } = group
  const own = group.own.filter(name => !isConstant(keys, name))
  const set = (source: KeySource, value: AttributeValue): Action => ({
    kind: 'SET',
    path: placeOf(source.name),
    value: { value }
  })
  if (own.length === 0) return { actions: keys.map(source => set(source, source.stored(key))), assumed: [] }
  const defaults = own.map(name => [name, absentValue(model.attributes.field(name) ?? TEXT)] as const)
  const [name, made] = defaults.find(([, made]) => made !== undefined && made !== MISSING) ?? []
  if (name === undefined) return NO_ROW_CHANGES
  if (own.length > 1) {
    // An existing item may have some of the attributes, and a key cannot be made without knowing them.
    report.issues.push({
      path: [name],
      message: `stands in ${keys.map(({ name }) => name).join(' and ')}, so upsert() must be given it`
    })
    return NO_ROW_CHANGES
  }
  const [first] = keys as readonly [KeySource, ...KeySource[]] // a group has keys
  const partition = model.layout.pk.name
  const isUnindexed =
    row?.[partition] !== undefined && ownValue(row, name) !== undefined && row[first.name] === undefined
  if (isUnindexed) {
    const isThere = leaf('exists', placeOf(name))
    return { actions: [], assumed: [isThere, leaf('missing', placeOf(first.name))] }
  }
  const values = { ...pick(key, model), [name]: made }
  const missing = [partition, name].map(name => leaf('missing', placeOf(name)))
  return {
    actions: keys.map(source => ({
      kind: 'SET',
      path: placeOf(source.name),
      value: { kind: 'ifMissing', from: { at: placeOf(source.name), or: { value: source.stored(values) } } }
    })),
    assumed: [{ kind: 'or', conditions: [leaf('exists', placeOf(first.name)), ...missing] }]
  }
}

/** Whether an attribute of some keys has only one possible value, and so may be left out. */
const isConstant = (keys: readonly KeySource[], name: string): boolean =>
  keys.some(({ slots }) => slots.some(({ attribute, constant }) => attribute === name && constant !== undefined))

const pick = (key: Values, { primary }: Definition): Values => {
  const picked: Record<string, unknown> = {}
  for (const name of primary) if (Object.hasOwn(key, name)) picked[name] = key[name]
  return picked
}
