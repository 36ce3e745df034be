import type { AttributeValue, QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { IncompleteQuery, InvalidRequest } from '../../errors.ts'
import type { Range } from '../../keys/bounds.ts'
import { hasNoParam, textOf } from '../../keys/param.ts'
import { keyBoundOf } from '../../keys/range.ts'
import { type Beginning, type KeyBound, type KeySource, NO_KEYS, NOTHING } from '../../keys/source.ts'
import type { Access } from '../../schema/access.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import { STORM_INDEX } from '../../storm.ts'
import type { Lacking } from '../command.ts'
import type { Definitions } from './models.ts'
import { checkFilter, checkNarrow } from './narrow.ts'
import { type ReadOptions, refine, sendToIndex } from './options.ts'
import { isWithin, rangesIn, sortBoundOf, sortKeysOf } from './sort-bound.ts'
import { type Where, whereProblem } from './where.ts'

/** A query of one model, or of several that share a partition. */
export interface QueryPlan {
  readonly table: string | undefined
  readonly models: Definitions
  /** Values and ranges of key attributes, by the first model's names. */
  readonly where: Where
  /** The index; `undefined` for the table. */
  readonly index: string | undefined
  readonly consistent: boolean
  readonly reverse: boolean
  readonly options: ReadOptions
  /** Whether to read whole items also from an index that does not project all attributes. */
  readonly isWhole?: boolean
  /** Makes the keys for several models. Only such a query sets it, so other bundles do not include its code. */
  readonly keysOfAll?: KeysOfAll
  /** The model of the item after which to start, if there are several models. */
  readonly afterModel?: Definition | undefined
}

/** The input of a Query or a Scan. */
export type ReadInput = QueryCommandInput & ScanCommandInput

/** A Query without Limit, which differs from page to page. */
export interface PreparedQuery {
  readonly input: ReadInput
  readonly access: Access
  /** The values of the partition keys. */
  readonly partition: readonly AttributeValue[]
  /** The sort key bounds of each model. The command uses `bound`, the smallest one that includes them all. */
  readonly bounds: readonly KeyBound[]
  readonly bound: KeyBound
  /** Whether the read expects to drop rows. */
  readonly isSparse: boolean
}

/** The keys that a where() gives: the partition, each model's sort key bounds, and the bound that includes them all. */
export type Keys = Pick<PreparedQuery, 'partition' | 'bounds' | 'bound'>

type KeysOfAll = (models: Definitions, access: Access, where: Where) => Keys

/**
 * Compiles a plan to a Query. The key condition always includes the models' fixed text, so it skips other models of the
 * partition. Throws IncompleteQuery, InvalidKey, InvalidRequest, and InvalidModel if a model is not in the index.
 */
export const prepareQuery = (plan: QueryPlan): PreparedQuery => {
  const { table, models, where, index, consistent, reverse, options, keysOfAll } = plan
  const first = models[0]
  const access = index === undefined ? first.table : first.on(index)
  const { partition, bounds, bound } =
    keysOfAll === undefined ? keysOf(first, access, where) : keysOfAll(models, access, where)
  const expression = access.conditions[bound.known.length]?.[bound.condition] ?? '' // there is one for each sort key
  const input: ReadInput = {
    TableName: textOf(table),
    KeyConditionExpression: expression,
    ExpressionAttributeValues: valuesOf(partition, bound)
  }
  const names = access.names && namesIn(access.names, expression)
  if (names !== undefined) input.ExpressionAttributeNames = names
  if (consistent) input.ConsistentRead = true
  if (reverse) input.ScanIndexForward = false
  let { check } = bound
  for (const own of bounds) check ??= own.check
  if (access.layout !== undefined) checkNarrow(models, access.layout, options, plan.isWhole === true)
  const isFiltered = options.filters.length > 0 || options.expiry !== undefined
  if (isFiltered || options.only !== undefined) {
    const needed = check !== undefined && access.sk.some(key => key.isRaw) ? [check.attribute] : NO_NAMES
    refine(input, models, positionsOf(access), access.layout, options, needed)
    checkFilter(first, access, options)
  }
  if (access.layout !== undefined) sendToIndex(input, access.layout)
  const prepared: PreparedQuery = {
    input,
    access,
    partition,
    bounds,
    bound,
    isSparse: check !== undefined || isFiltered
  }
  if (options.after !== undefined) input.ExclusiveStartKey = startKeyOf(plan, prepared)
  return prepared
}

/** Makes the input of the first request. */
export const firstInput = ({
  input,
  limit,
  pageSize,
  isSparse
}: {
  readonly input: ReadInput
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  readonly isSparse: boolean
}): ReadInput => {
  const rows = requestLimit(pageSize, limit, isSparse, 0)
  if (rows !== undefined) input.Limit = rows
  return input
}

/**
 * DynamoDB's Limit counts rows read, not rows kept. If the read drops rows, each request asks for more than the last.
 */
export const requestLimit = (
  pageSize: number | undefined,
  wanted: number | undefined,
  isGuess: boolean,
  round: number
): number | undefined => {
  if (wanted === undefined) return pageSize
  const size = isGuess ? (round > 6 ? undefined : Math.max(2 * wanted, 50) * 2 ** round) : wanted
  return pageSize === undefined || (size !== undefined && size < pageSize) ? size : pageSize
}

/** What of the read its first request does not do, if anything. */
export const lackingIn = (plan: QueryPlan, limit: number | undefined): Lacking | undefined => {
  const { filters, expiry, onInvalid } = plan.options
  if (onInvalid !== undefined) return 'skipInvalid'
  if ((filters.length > 0 || expiry) && limit !== undefined) return 'limit'
  return prepareQuery(plan).bound.check && 'range'
}

/** The keys that, with the table's, identify a position in a partition of the index. */
const positionsOf = ({ layout, sk }: Access): readonly string[] =>
  layout === undefined ? NO_NAMES : sk.map(({ name }) => name)

const NO_NAMES: readonly string[] = []

/**
 * The key placeholders that an expression uses; `undefined` if none. DynamoDB refuses unused names and an empty map.
 */
const namesIn = (names: Readonly<Record<string, string>>, expression: string): Record<string, string> | undefined => {
  const used = new Set(expression.match(/#\w+/g))
  return used.size > 0
    ? Object.fromEntries(Object.entries(names).filter(([placeholder]) => used.has(placeholder)))
    : undefined
}

/** The partition keys by name. */
export const partitionOf = ({ access: { pk }, partition }: Pick<PreparedQuery, 'access' | 'partition'>): StoredItem => {
  const key: StoredItem = {}
  for (const [i, { name }] of pk.entries()) key[name] = partition[i] as AttributeValue // one for each key
  return key
}

const valuesOf = (partition: readonly AttributeValue[], { condition, low, high, known }: KeyBound): StoredItem => {
  const pk = partition[0] as AttributeValue // there is at least one
  const values: StoredItem =
    condition === 'none'
      ? { ':pk': pk }
      : condition === 'between'
        ? { ':pk': pk, ':sk': low, ':to': high }
        : { ':pk': pk, ':sk': low }
  for (let i = 1; i < partition.length; i++) values[`:pk${i}`] = partition[i] as AttributeValue // i is within bounds
  for (let i = 0; i < known.length; i++) values[`:sk${i}`] = known[i] as AttributeValue // i is within bounds
  return values
}

const NO_RANGES: readonly Range[] = []

/** The keys of a query of one model. Throws IncompleteQuery and InvalidKey. */
const keysOf = (model: Definition, access: Access, where: Where): Keys => {
  const ranges = where.asked.length === 0 ? NO_RANGES : rangesIn(model, where)
  const range = ranges[0]
  const known = ranges.length > 1 ? undefined : walk(access, where, range)
  if (known !== undefined) return known
  const { values } = where
  const problem = whereProblem(model.name, access, values, ranges)
  if (problem !== undefined) {
    // If where() has a whole key of an index, but not of the table, the error suggests that index.
    const isWhole = (other: Access) => whereProblem(model.name, other, values, ranges) === undefined
    const meant = access.layout ? undefined : [...model.indexes].find(([, other]) => isWhole(other))?.[0]
    const hint =
      meant && `, but a whole key of ${meant}: read that by ${meant === STORM_INDEX ? '.onGsi1()' : `.on('${meant}')`}`
    throw new IncompleteQuery(model.name, `${problem.sentence}${hint ?? ''}`, problem.attribute)
  }
  const partition = access.pk.map(key => key.stored(values))
  const bound = sortBoundOf(access.sk, values, range)
  return { partition, bounds: [bound], bound }
}

/**
 * Makes the keys in one pass. Returns `undefined` if anything is missing, unused or wrong, for keysOf() to find what;
 * and for params and several sort keys, which this pass does not handle.
 */
export const walk = ({ pk, sk, isSortShared }: Access, where: Where, range: Range | undefined): Keys | undefined => {
  const { values } = where
  let { count } = where
  let partition = NO_KEYS
  for (const key of pk) {
    const whole = key.begin(values)
    if (whole?.condition !== 'whole') return undefined
    count -= whole.count
    partition = partition.length === 0 ? [whole.low] : [...partition, whole.low]
  }
  const key = sk[0]
  if (key === undefined || sk.length > 1) return undefined
  const sort = count === 0 && !isSortShared ? startOf(key) : key.begin(values, range?.attribute)
  if (sort?.count !== (range === undefined ? count : count - 1)) return undefined
  if (range !== undefined && key.slots[sort.at]?.attribute !== range.attribute) return undefined
  const bound = range === undefined ? sort : keyBoundOf(key, sort, range)
  return { partition, bounds: [bound], bound }
}

/** Copies the key's start: queries share it, so a caller of one must not be able to change it. */
const startOf = ({ start: { condition, low, count, at } }: KeySource): Beginning => ({
  condition,
  low: condition === 'none' ? low : { S: low.S ?? '' },
  high: NOTHING,
  check: undefined,
  known: NO_KEYS,
  count,
  at
})

const isSameValue = (one: AttributeValue | undefined, other: AttributeValue | undefined): boolean =>
  one?.B !== undefined && other?.B !== undefined
    ? Buffer.compare(one.B, other.B) === 0
    : one?.S === other?.S && one?.N === other?.N

/** The key after which a query starts. Throws InvalidKey, and InvalidRequest if the key is outside of the query. */
const startKeyOf = ({ models, afterModel, options }: QueryPlan, prepared: PreparedQuery): StoredItem => {
  const { access, bound } = prepared
  const partition = partitionOf(prepared)
  const model = afterModel ?? models[0]
  const own = model.on(access.index)
  const sort = Object.fromEntries(own.sk.map(key => [key.name, key.stored(options.after ?? {})]))
  const key: StoredItem = { ...model.key(options.after), ...sort }
  // Only DynamoDB can check params.
  const areKnown = [...Object.values(key), ...Object.values(partition), bound.low, bound.high].every(hasNoParam)
  if (areKnown && access.isOwnPartition && own.pk.some(({ name }) => !isSameValue(key[name], partition[name])))
    throw new InvalidRequest(models[0].name, 'startingAfter() is given a key of another partition')
  if (areKnown && !isWithin(bound, sortKeysOf(key, access.sk)))
    throw new InvalidRequest(models[0].name, 'startingAfter() is given a sort key that is outside of the query')
  return { ...key, ...partition }
}
