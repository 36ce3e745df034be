import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { type PreparedQuery, pageOf, prepareQuery, type QueryPlan } from '../commands/query.ts'
import { passesCheck } from '../commands/sort-bound.ts'
import type { GivenBy, QueryMode, RangedWhere, WhereProblem } from '../commands/where.ts'
import { InvalidRequest } from '../errors.ts'
import { isRecord, notARecord } from '../fields/record.ts'
import type { StoredItem } from '../model/definition.ts'
import type { AnyModel, ItemOf, KeyInput, KeyNames, NotInIndex } from '../model/shape.ts'
import type { Target } from '../table/target.ts'
import type { Ready } from './ready.ts'

interface Plan extends QueryPlan {
  readonly target: Target
  readonly limit: number | undefined
}

/** What `for await` calls; a sentence cannot be called. */
type Stream<Problem extends string, Item> = [Problem] extends [never] ? () => AsyncIterator<Item> : Problem

const NO_CONSISTENT_INDEX = 'GSI1 has no consistent reads: drop .consistent()'

/**
 * Reads the items of one partition, of the table or of GSI1, in the order of their sort keys. Awaited, it gives all of
 * them; in `for await`, one after the other, page by page. Immutable. Made by `db.query`.
 */
export class Query<
  Problem extends string,
  M extends AnyModel,
  Given extends string = never,
  Mode extends QueryMode = 'table'
> {
  declare readonly '~given': Given
  declare readonly '~mode': Mode
  readonly #plan: Plan

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /**
   * The values that key attributes have: all of PK (or, with onGsi1, of GSI1PK), and as many of SK as wanted, from the
   * left. The last one of SK may be a range: `between`, `beginsWith`, `gt`, `gte`, `lt`, `lte`. Called again, it adds
   * attributes.
   *
   * A range is one of values, whatever stands behind them in the key: `gt('New')` finds `New York`. Items come in the
   * order of their keys. Where that order is another than the values', more is read than fits, and dropped.
   *
   * ```ts
   * db.query(Fruit).where({ apple: 'a', banana: 'b', date: between('2026-01-01', '2026-12-31') })
   * ```
   */
  where<K extends KeyNames<M['~shape']> = never>(
    values: Pick<KeyInput<M['~shape'], KeyNames<M['~shape']>>, K>
  ): Query<WhereProblem<M['~shape'], Given | K, Mode>, M, Given | K, Mode>
  where<const V extends RangedWhere<M['~shape']>>(
    values: V & { readonly [K in Exclude<keyof V, KeyNames<M['~shape']>>]: never }
  ): Query<WhereProblem<M['~shape'], Given | GivenBy<V>, Mode>, M, Given | GivenBy<V>, Mode>
  where(values: Readonly<Record<string, unknown>>): Query<never, M, string, Mode> {
    const { model, where } = this.#plan
    if (!isRecord(values)) throw new InvalidRequest(model.name, `where() ${notARecord(values)}`)
    if (where === undefined) return new Query({ ...this.#plan, where: { ...values } })
    const twice = Object.keys(values).find(name => Object.hasOwn(where, name))
    if (twice !== undefined) throw new InvalidRequest(model.name, `where() was given ${twice} before`)
    return new Query({ ...this.#plan, where: { ...where, ...values } })
  }

  /** Reads GSI1 instead of the table. The index has no strongly consistent reads. */
  onGsi1(
    this: M['~shape']['gsi1'] extends undefined
      ? NotInIndex<M['~shape']['name']>
      : Mode extends 'consistent'
        ? typeof NO_CONSISTENT_INDEX
        : unknown
  ): Query<WhereProblem<M['~shape'], Given, 'GSI1'>, M, Given, 'GSI1'> {
    const plan = planOf(this)
    if (plan.mode === 'consistent') throw new InvalidRequest(plan.model.name, NO_CONSISTENT_INDEX)
    return new Query({ ...plan, mode: 'GSI1' })
  }

  /** Reads what every earlier write left, at twice the read units. Not on GSI1. */
  consistent(this: Mode extends 'GSI1' ? typeof NO_CONSISTENT_INDEX : unknown): Query<Problem, M, Given, 'consistent'> {
    const plan = planOf(this)
    if (plan.mode === 'GSI1') throw new InvalidRequest(plan.model.name, NO_CONSISTENT_INDEX)
    return new Query({ ...plan, mode: 'consistent' })
  }

  /** At most this many items in all. */
  limit(items: number): Query<Problem, M, Given, Mode> {
    if (!Number.isSafeInteger(items) || items < 1)
      throw new InvalidRequest(this.#plan.model.name, `limit() takes a whole number from 1 on, but got ${items}`)
    return new Query({ ...this.#plan, limit: items })
  }

  /** From the last sort key to the first. */
  reverse(): Query<Problem, M, Given, Mode> {
    return new Query({ ...this.#plan, reverse: true })
  }

  /** The input of the first Query; nothing is sent. Throws IncompleteQuery and InvalidKey. */
  compile(this: Ready<Problem>): QueryCommandInput {
    const plan = planOf(this)
    const { input } = prepareQuery(plan)
    if (plan.limit !== undefined) input.Limit = plan.limit
    return input
  }

  /** The first item; `undefined` if there is none. */
  async first(this: Ready<Problem>): Promise<ItemOf<M> | undefined> {
    for await (const item of items<ItemOf<M>>({ ...planOf(this), limit: 1 })) return item
    return undefined
  }

  /** Streams the items, a page at a time. */
  get [Symbol.asyncIterator](): Stream<Problem, ItemOf<M>> {
    const stream: unknown = () => items<ItemOf<M>>(this.#plan)
    return stream as Stream<Problem, ItemOf<M>> // while there is a problem, only types are misled: running throws it
  }

  then<Value = ItemOf<M>[], Failure = never>(
    this: Ready<Problem>,
    onfulfilled?: ((items: ItemOf<M>[]) => Value | PromiseLike<Value>) | null,
    onrejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null
  ): Promise<Value | Failure> {
    return all<ItemOf<M>>(planOf(this)).then(onfulfilled, onrejected)
  }

  catch<Failure = never>(
    this: Ready<Problem>,
    onrejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null
  ): Promise<ItemOf<M>[] | Failure> {
    return all<ItemOf<M>>(planOf(this)).catch(onrejected)
  }

  finally(this: Ready<Problem>, onfinally?: (() => void) | null): Promise<ItemOf<M>[]> {
    return all<ItemOf<M>>(planOf(this)).finally(onfinally)
  }

  /** The plan of a query whose type, being a `this` parameter, is only known to be ready. */
  static plan(query: unknown): Plan {
    if (!(query instanceof Query)) throw new TypeError('A method of a query was called without its query.')
    return query.#plan
  }
}

const planOf = Query.plan

const all = async <Item>(plan: Plan): Promise<Item[]> => {
  const list: Item[] = []
  for await (const page of pages<Item>(plan)) list.push(...page)
  return list
}

async function* items<Item>(plan: Plan): AsyncGenerator<Item, void, undefined> {
  for await (const page of pages<Item>(plan)) yield* page
}

/** The decoded items of page after page, until there are no more or the limit is met. */
async function* pages<Item>(plan: Plan): AsyncGenerator<Item[], void, undefined> {
  const { target, model, limit } = plan
  const query = prepareQuery(plan)
  let wanted = limit
  let startKey: StoredItem | undefined
  do {
    const output = await target.send('Query', pageOf(query.input, { limit: wanted, startKey }))
    const own = (output.Items ?? []).filter(item => isFound(plan, query, item)).slice(0, wanted)
    yield own.map(item => model.decode(item) as Item) // decoded by the model's own fields
    if (wanted !== undefined) wanted -= own.length
    startKey = output.LastEvaluatedKey
  } while (startKey !== undefined && wanted !== 0)
}

/** Prefixes cannot keep out every other model in a partition: `A#<a>` begins like `A#<a>#B#<b>`. */
const isFound = ({ model, mode }: Plan, { check }: PreparedQuery, item: StoredItem): boolean =>
  item.PK?.S !== undefined &&
  item.SK?.S !== undefined &&
  model.claims({ PK: item.PK.S, SK: item.SK.S }, mode !== 'GSI1') &&
  (check === undefined || passesCheck(model.sk, item, check))
