import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { batchGetInput, idOf, type ReadEntry, readChunks, readEntries, unread } from '../commands/batch.ts'
import { BatchIncomplete, InvalidRequest } from '../errors.ts'
import { proveApart } from '../model/apart.ts'
import type { StoredItem } from '../model/definition.ts'
import { type Course, Delivery, type Failure } from '../table/delivery.ts'
import type { Target } from '../table/target.ts'
import { Bulk } from './bulk.ts'
import { type ItemRead, isReadBuilder } from './item-read.ts'
import { NOT_A_GET } from './listed.ts'
import { checkTarget, joinedSignal, tableOf } from './together.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly course: Course
}

/**
 * Reads any number of items, 100 a request. Gives what each get would give, in their order; an item that is asked for twice
 * in the same way is read once. Throws BatchIncomplete. Immutable. Made by `db.batchGet`.
 */
export class BatchGet<Results> extends Bulk<Results> {
  protected readonly verb = 'batchGet()'
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** The inputs of BatchGetItem, one for each request; nothing is sent. Throws InvalidKey, InvalidRequest and NoTable. */
  compile(): BatchGetItemCommandInput[] {
    const reads = readEntries(this.#reads().map(({ input }) => input))
    const table = tableOf(this.#plan.target)
    return Array.from(readChunks(reads), chunk => batchGetInput(table, chunk))
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new BatchGet({ ...this.#plan, course }) as this // of the same results
  }

  protected async run(): Promise<Results> {
    const { target, course } = this.#plan
    const asked = this.#reads()
    const table = tableOf(target)
    const signal = joinedSignal([course, ...asked])
    const found: (StoredItem | undefined)[] = new Array(asked.length)
    const delivery = new Delivery<ReadEntry>({ ...course, signal }, async (reads, isRetry) => {
      const input = batchGetInput(table, reads)
      const answer = await target.send('BatchGetItem', input, { abortSignal: signal, isRetry })
      const items = new Map(answer.Responses?.[table]?.map(item => [idOf(item), item]))
      for (const { key, places } of reads) for (const place of places) found[place] ??= items.get(idOf(key))
      return unread(reads, answer.UnprocessedKeys?.[table]?.Keys)
    })
    const reads = readEntries(asked.map(({ input }) => input))
    for (const read of reads) delivery.open.set(read.id, read)
    const failure = await delivery.run(readChunks(reads))
    if (failure) throw this.#incomplete(failure, delivery.open.values(), asked, found)
    return asked.map((read, place) => read.result(found[place])) as Results // each by its own builder
  }

  #reads(): ItemRead[] {
    const { target, builders } = this.#plan
    if (builders.length === 0) throw new InvalidRequest(this.verb, 'there is nothing to get')
    const reads = builders.map((builder, i) => {
      if (!isReadBuilder(builder)) throw new InvalidRequest(this.verb, `builder ${i + 1} does not fit: ${NOT_A_GET}`)
      const read = builder['~read']()
      checkTarget(target, read.target, this.verb, `builder ${i + 1} (${read.model.name})`)
      return read
    })
    proveApart(reads.map(({ model }) => model))
    return reads
  }

  #incomplete(
    { why, cause, isPassing }: Failure,
    open: Iterable<ReadEntry>,
    asked: readonly ItemRead[],
    found: readonly (StoredItem | undefined)[]
  ): unknown {
    const left = new Set(Array.from(open).flatMap(({ places }) => places))
    if (!isPassing && left.size === asked.length) return cause
    const results = asked.map((read, place) => {
      try {
        return left.has(place) ? undefined : read.result(found[place])
      } catch {
        left.add(place) // who goes on with it gets the error
        return undefined
      }
    })
    const { builders } = this.#plan
    const positions = Array.from(left).sort((a, b) => a - b)
    const undone = { verb: this.verb, done: asked.length - left.size, positions, results } as const
    return new BatchIncomplete(why, { ...undone, left: positions.map(place => builders[place]) }, { cause })
  }
}
