import { checkSignal } from '../driver/signals.ts'
import { checkFunction, checkOptions, checkSource, describe, givenBy, InvalidRequest } from '../errors.ts'
import { COURSE } from '../verbs/batch/bulk.ts'
import { BatchGet } from '../verbs/batch/get.ts'
import { NOT_A_WRITE } from '../verbs/batch/listed.ts'
import { Load } from '../verbs/batch/load.ts'
import { valuesOf } from '../verbs/batch/values.ts'
import type { ReadBuilder } from '../verbs/builder/item-read.ts'
import { isWriteBuilder, NO_RETURNING, type WriteBuilder } from '../verbs/builder/item-write.ts'
import { checkTarget } from '../verbs/builder/several.ts'
import { type Connected, checkDb } from '../verbs/check-db.ts'
import { checkCount } from '../verbs/read/read.ts'

type Source<T> = AsyncIterable<T> | Iterable<T>

/**
 * Writes the put or delete that `make` returns for each value of a source, by batch writes. It holds no more values
 * than fit the running requests. If writes share an item, the last one wins. Resolves to the number of values. Throws
 * BatchIncomplete, whose `left` lists the values that may not be written. (An async generator cannot yield builders: it
 * awaits what it yields, and so would run each builder.)
 *
 * ```ts
 * await writeAll(db, rows(), row => (row.isOld ? db.delete(Order, row) : db.put(Order, row)))
 * ```
 */
export const writeAll = <T>(db: Connected, source: Source<T>, make: (value: T) => WriteBuilder<never>): Load => {
  const verb = 'writeAll()'
  const target = checkDb(verb, db)[' target']()
  checkFunction(verb, make)
  const take = (value: unknown) => {
    const builder = givenBy(make(value as T)) // from the source
    if (!isWriteBuilder(builder)) {
      const why = builder === value ? '; builders that an asynchronous source gives have been run by it' : ''
      throw new InvalidRequest(verb, `${NOT_A_WRITE}, but got ${describe(builder)}${why}`)
    }
    const write = builder[' write']()
    checkTarget(target, write.target, verb, write.model.name)
    if (write.isReturning) throw new InvalidRequest(verb, `${write.model.name}: ${NO_RETURNING}`)
    return [value, write] as const
  }
  return new Load({ verb, target, source, take, course: COURSE })
}

/** How many gets go into one request. */
const TOGETHER = 100

/**
 * Reads the item of the get that `make` returns for each value of a source, 100 a request. Yields each get's result, in
 * order. It takes no more values than fit the running requests; `concurrency` says how many run at the same time, 4 by
 * default. Throws what `db.batchGet` throws.
 *
 * ```ts
 * for await (const order of getAll(db, keys(), key => db.get(Order, key))) …
 * ```
 */
export async function* getAll<T, Get extends ReadBuilder>(
  db: Connected,
  source: Source<T>,
  make: (value: T) => Get,
  options: { readonly concurrency?: number; readonly signal?: AbortSignal } = {}
): AsyncGenerator<Get[' result'], void, undefined> {
  checkOptions('getAll()', options, ['concurrency', 'signal'])
  const { concurrency = COURSE.concurrency } = options
  const signal = checkSignal(options.signal)
  checkCount('getAll()', 'concurrency', concurrency)
  const target = checkDb('getAll()', db)[' target']()
  checkFunction('getAll()', make)
  checkSource('getAll()', source)
  const coming: Promise<Get[' result'][]>[] = []
  const send = (builders: readonly Get[]) => {
    const results = new BatchGet<Get[' result'][]>({ target, builders, course: { ...COURSE, signal } }).then()
    results.catch(() => {}) // thrown when its turn comes
    coming.push(results)
  }
  let gets: Get[] = []
  for await (const [value] of valuesOf(source)) {
    const get = make(value)
    givenBy(get)
    if (gets.push(get) < TOGETHER) continue
    send(gets)
    gets = []
    if (coming.length >= concurrency) yield* (await coming.shift()) ?? []
  }
  if (gets.length > 0) send(gets)
  for (const results of coming) yield* await results
}
