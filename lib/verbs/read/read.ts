import { checkSignal } from '../../driver/signals.ts'
import { checkFunction, checkGiven, InvalidRequest, type UndecodableItem } from '../../errors.ts'
import { INSPECT, type Inspected } from '../../fields/inspect.ts'
import type { CursorScope } from '../../plan/read/cursor.ts'
import { Explanation, type ReadFacts } from '../../plan/read/explanation.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import { firstInput } from '../../plan/read/query.ts'
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
import { batchesOf, itemsOf, type Reading } from './reading.ts'

/**
 * The type of the stream method. While the read has a problem, its iterator demands an argument that no loop passes, so
 * the compiler's error begins with the problem. It also does not fit an `AsyncIterator`.
 */
type Stream<Problem extends string, Item> = [Problem] extends [never]
  ? () => AsyncIterator<Item>
  : () => { next(problem: Problem): Stalled<Problem, Item> }

interface Stalled<Problem extends string, Item> extends PromiseLike<IteratorResult<Item, undefined>> {
  readonly ' unready': Problem
}

/** How a read is sent, and how its rows become items. */
export interface Run<Item> {
  /** The read. With `isCount` it requests only the keys, and the items have no content. */
  reading(isCount: boolean): Reading<Item>
  scope(): CursorScope
  facts(): Pick<ReadFacts, 'models' | 'where' | 'isWide' | 'hasGaps' | 'keyCount' | 'isLocal' | 'projection'>
}

/**
 * A read of many items. `await` gives all of them; `for await` yields them one by one, and requests the next page while
 * the loop works on this one. Immutable. It cannot run while it has a problem.
 */
export abstract class Read<Item, All = Item[]> {
  declare readonly ' item': Item
  /** The type of what keeps the read from running. The compiler resolves it when the read runs, not at each step. */
  declare readonly ' problem': string
  protected abstract readonly model: string
  protected get operation(): 'Query' | 'Scan' {
    return 'Query'
  }
  protected abstract readonly options: ReadOptions
  /** Returns a copy of this read with these options. */
  protected abstract with(options: ReadOptions): this
  abstract ' prepare'(): Run<Item>
  /** Reads everything that `await` gives. */
  protected abstract run(): Promise<All>

  /** Prints for console.log() the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown(this.operation, this, options, print)
  }

  /**
   * Reads at most this many items by one request, and makes it the size of `page()`. Without it, DynamoDB's 1 MB are a
   * page.
   */
  pageSize(items: number): this {
    return this.with({ ...this.options, pageSize: checkCount(this.model, 'pageSize', items) })
  }

  /**
   * Leaves out items that do not fit their model, and passes each one's error to the handler.
   *
   * ```ts
   * const users = await db.query(User).where({ team }).skipInvalid(error => console.warn(error.message))
   * ```
   */
  skipInvalid(handler: (error: UndecodableItem) => void): this {
    return this.with({ ...this.options, onInvalid: checkFunction(this.model, handler, 'skipInvalid() ') })
  }

  /** Ends the read when the signal is aborted, with the signal's reason or the SDK's AbortError. */
  signal(signal: AbortSignal): this {
    return this.with({ ...this.options, signal: checkSignal(signal) })
  }

  /**
   * Reads one page, as long as `pageSize()` or `limit()` says, with the cursors of the next and the previous page. A
   * cursor is `undefined` exactly if no item follows; to know that, the read requests one item more. It is a text fit
   * for URLs. It only fits the query it comes from, but `only()`, the page size and the values of `lt`, `gt` and the
   * like may differ: they can depend on the present time. It is not secret, and cannot reach items outside of the
   * query. Throws InvalidCursor.
   *
   * Without a size, a page is the first request that returns an item, and its cursor may lead to an empty page. Scans
   * have no `previous`.
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
   * Counts the items, up to `limit()`. It reads all of them, but requests only their keys. A count by DynamoDB itself
   * would include rows of other models.
   */
  count(): Answer<this[' problem'], number> {
    return answer(async () => {
      let count = 0
      for await (const { items } of batchesOf(this[' prepare']().reading(true))) count += items.length
      return count
    })
  }

  /**
   * Reads the first item; `undefined` if there is none.
   *
   * ```ts
   * const latest = await db.query(Order).where({ user: 'ann' }).reverse().first()
   * ```
   */
  first(): Answer<this[' problem'], Item | undefined> {
    return answer(async () => {
      for await (const { items } of batchesOf({ ...this[' prepare']().reading(false), limit: 1 }))
        if (items.length > 0) return items[0]
      return undefined
    })
  }

  /**
   * Explains the read, in words and as data: its key condition, its filter, its order, and warnings about hidden costs,
   * such as further requests that `compile()` does not show. Sends nothing.
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
    return stream as Stream<this[' problem'], Item> // only types differ while there is a problem: running throws it
  }

  /** Runs the read. `await` calls this, each time. */
  then<Value = All, Failure = never>(
    onfulfilled?: Fulfilled<this[' problem'], All, Value>,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return fulfil(this.run(), onfulfilled, onrejected)
  }

  /** Runs the read and handles its error. */
  get catch(): WhenReady<this[' problem'], Catch<All>> {
    return whenReady(onrejected => this.run().catch(onrejected))
  }

  /** Runs the read and then calls the handler, whether it succeeded or failed. */
  get finally(): WhenReady<this[' problem'], Finally<All>> {
    return whenReady(onfinally => this.run().finally(onfinally))
  }
}

/**
 * Any query or scan that can run and has these items. For several models, `All` is the type that `await` gives.
 *
 * ```ts
 * const ids = async (read: ReadyRead<{ id: string }>) => (await read).map(({ id }) => id)
 * ```
 */
export interface ReadyRead<Item, All = Item[]> extends Read<Item, All> {
  readonly ' problem': never
}

/** Throws InvalidRequest unless the argument is a whole number from 1 on. Returns the number. */
export const checkCount = (model: string, method: string, count: number): number => {
  checkGiven(model, `${method}() takes a whole number from 1 on`, count, Number.isSafeInteger(count) && count > 0)
  return count
}
