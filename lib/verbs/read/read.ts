import { checkSignal } from '../../driver/signals.ts'
import { checkFunction, checkGiven, InvalidRequest, type UndecodableItem } from '../../errors.ts'
import { INSPECT, type Inspected } from '../../fields/kinds.ts'
import type { CursorScope } from '../../plan/read/cursor.ts'
import { Explanation, type ReadFacts } from '../../plan/read/explanation.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import {
  type Answer,
  answer,
  type Catch,
  type Finally,
  type Fulfilled,
  fulfil,
  type OnRejected,
  type WhenReady,
  whenReady
} from '../builder/if-runnable.ts'
import { shown } from '../builder/inspect.ts'
import { type Page, pageOf } from './page.ts'
import { batchesOf, firstInput, itemsOf, type Reading } from './reading.ts'

/**
 * What `for await` calls. While there is a problem, the iterator wants it told, which no loop does, and so it is the first
 * line of what the compiler says; nor is it an `AsyncIterator` to those who take one.
 */
type Stream<Problem extends string, Item> = [Problem] extends [never]
  ? () => AsyncIterator<Item>
  : () => { next(problem: Problem): Stalled<Problem, Item> }

interface Stalled<Problem extends string, Item> extends PromiseLike<IteratorResult<Item, undefined>> {
  readonly ' unready': Problem
}

/** How a read is sent, and what becomes of its rows. */
export interface Run<Item> {
  /** The read; of a `count` only the keys are read, and the items are anything. */
  reading(isCount: boolean): Reading<Item>
  scope(): CursorScope
  facts(): Pick<ReadFacts, 'models' | 'where' | 'isWide' | 'isHull' | 'keyCount' | 'isLocal' | 'projection'>
}

/**
 * A read of many items. Awaited, it gives all of them; in `for await`, one after the other, and the next page is fetched
 * while the loop works on this one. Immutable: each call gives a new one. While there is a problem, it cannot be run.
 */
export abstract class Read<Item, All = Item[]> {
  declare readonly ' item': Item
  /** What keeps it from being run, worked out where it is run, and not at each step on the way. */
  declare readonly ' problem': string
  protected abstract readonly model: string
  protected get operation(): 'Query' | 'Scan' {
    return 'Query'
  }
  protected abstract readonly options: ReadOptions
  /** The same read with these options. */
  protected abstract with(options: ReadOptions): this
  abstract ' prepare'(): Run<Item>
  /** Reads all that awaiting gives. */
  protected abstract run(): Promise<All>

  /** For console.log(): the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown(this.operation, this, options, print)
  }

  /** At most this many items are read by one request, and `page()` gives so many. Without it, DynamoDB's 1 MB are a page. */
  pageSize(items: number): this {
    return this.with({ ...this.options, pageSize: checkCount(this.model, 'pageSize', items) })
  }

  /** Goes on without items that do not fit their model; the handler gets the error of each. */
  skipInvalid(handler: (error: UndecodableItem) => void): this {
    return this.with({ ...this.options, onInvalid: checkFunction(this.model, handler, 'skipInvalid() ') })
  }

  /** Ends the read, with the signal's reason or the SDK's AbortError, when the signal is aborted. */
  signal(signal: AbortSignal): this {
    return this.with({ ...this.options, signal: checkSignal(signal) })
  }

  /**
   * One page, of as many items as `pageSize()` or `limit()` say, and the cursors of the pages behind and before it: they
   * are `undefined` exactly where nothing follows, for which one item more is read. A cursor is text for URLs. It belongs
   * to the query it comes from, whatever its `only()`, its page size, and the values that others are less or greater than:
   * these may be the present time. It has no secret, but reaches nothing that is outside of the query. Throws InvalidCursor.
   *
   * Without a size, a page is what one request brings, or the first one that brings an item, and its cursor may lead to an
   * empty page. Scans have no `previous`.
   *
   * ```ts
   * const { items, cursor, previous } = await query.pageSize(20).page(request.query.cursor)
   * ```
   */
  page(cursor?: string): Answer<this[' problem'], Page<Item>> {
    return answer(async () => {
      if (this.options.after !== undefined)
        throw new InvalidRequest(this.model, 'page() and startingAfter() both say where to start')
      const { reading, scope } = this[' prepare']()
      return pageOf(reading(false), scope(), cursor)
    })
  }

  /**
   * How many items there are, at most `limit()`. All of them are read, but only their keys are sent: were DynamoDB to
   * count them, it would count the rows of other models among them, too.
   */
  count(): Answer<this[' problem'], number> {
    return answer(async () => {
      let count = 0
      for await (const { items } of batchesOf(this[' prepare']().reading(true))) count += items.length
      return count
    })
  }

  /** The first item; `undefined` if there is none. */
  first(): Answer<this[' problem'], Item | undefined> {
    return answer(async () => {
      for await (const { items } of batchesOf({ ...this[' prepare']().reading(false), limit: 1 }))
        if (items.length > 0) return items[0]
      return undefined
    })
  }

  /**
   * What the read will do, in words and as plain data: its key condition, filter, order, and warnings of what costs more
   * than it seems to, such as the requests behind the one that `compile()` shows. Nothing is sent.
   *
   * ```ts
   * console.log(String(db.query(Fruit).where(key).filter({ weight: gt(3) }).explain()))
   * ```
   */
  get explain(): WhenReady<this[' problem'], () => Explanation> {
    return whenReady(() => {
      const { reading, facts } = this[' prepare']()
      const first = reading(false)
      return new Explanation({ ...first, input: firstInput(first), ...facts() })
    })
  }

  /** Streams the items. */
  get [Symbol.asyncIterator](): Stream<this[' problem'], Item> {
    const stream: unknown = () => itemsOf(this[' prepare']().reading(false))
    return stream as Stream<this[' problem'], Item> // while there is a problem, only types are misled: running throws it
  }

  /** What `await` calls: runs it, and again each time. */
  then<Value = All, Failure = never>(
    onfulfilled?: Fulfilled<this[' problem'], All, Value>,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return fulfil(this.run(), onfulfilled, onrejected)
  }

  /** Runs it, and handles what it throws. */
  get catch(): WhenReady<this[' problem'], Catch<All>> {
    return whenReady(onrejected => this.run().catch(onrejected))
  }

  /** Runs it, and does something however that ends. */
  get finally(): WhenReady<this[' problem'], Finally<All>> {
    return whenReady(onfinally => this.run().finally(onfinally))
  }
}

/**
 * Any read that can be run, and gives such items: a query, or a scan. Of several models, `All` is what awaiting it gives.
 *
 * ```ts
 * const ids = async (read: ReadyRead<{ id: string }>) => (await read).map(({ id }) => id)
 * ```
 */
export interface ReadyRead<Item, All = Item[]> extends Read<Item, All> {
  readonly ' problem': never
}

/** Refuses what is not a whole number from 1 on. */
export const checkCount = (model: string, method: string, count: number): number => {
  checkGiven(model, `${method}() takes a whole number from 1 on`, count, Number.isSafeInteger(count) && count > 0)
  return count
}
