import type { BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { batchWriteInput, checkTwice, unwritten, type WriteEntry, writeChunks, writeEntry } from '../commands/batch.ts'
import { BatchIncomplete, InvalidRequest } from '../errors.ts'
import { asyncSchema } from '../fields/schema.ts'
import { proveApart } from '../model/apart.ts'
import { type Course, Delivery } from '../table/delivery.ts'
import type { Target } from '../table/target.ts'
import { Bulk } from './bulk.ts'
import { type ItemWrite, isWriteBuilder, NO_RETURNING, type PreparedWrite } from './item-write.ts'
import { NOT_A_WRITE } from './listed.ts'
import { checkTarget, joinedSignal, tableOf } from './together.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly course: Course
}

/** Sends a request of writes, and gives those that it left undone. */
export const sendWrites =
  (target: Target, table: string, signal: AbortSignal | undefined) =>
  async <Write extends WriteEntry>(writes: readonly Write[], isRetry: boolean): Promise<Write[]> => {
    const input = batchWriteInput(table, writes)
    const { UnprocessedItems } = await target.send('BatchWriteItem', input, { abortSignal: signal, isRetry })
    return unwritten(writes, UnprocessedItems?.[table])
  }

/**
 * Puts and deletes any number of items, 25 a request, in no order. Gives what each builder would give, in their order: the
 * item of put, nothing of delete. Throws BatchIncomplete. Immutable. Made by `db.batchWrite`.
 */
export class BatchWrite<Results> extends Bulk<Results> {
  protected readonly verb = 'batchWrite()'
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * The inputs of BatchWriteItem, one for each request; nothing is sent. Throws InvalidItem, InvalidKey, InvalidRequest and
   * NoTable.
   */
  compile(): BatchWriteItemCommandInput[] {
    const prepared = this.#writes().map(write => {
      const ready = write.prepare()
      if (ready instanceof Promise) throw asyncSchema(write.model.name, ready)
      return ready
    })
    const table = tableOf(this.#plan.target)
    return Array.from(writeChunks(this.#open(prepared).values()), chunk => batchWriteInput(table, chunk))
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new BatchWrite({ ...this.#plan, course }) as this // of the same results
  }

  protected async run(): Promise<Results> {
    const { target, course } = this.#plan
    const writes = this.#writes()
    const table = tableOf(target)
    const signal = joinedSignal([course, ...writes])
    const prepared = await Promise.all(writes.map(async write => write.prepare()))
    const delivery = new Delivery<Numbered>({ ...course, signal }, sendWrites(target, table, signal))
    for (const [id, write] of this.#open(prepared)) delivery.open.set(id, write)
    const all = delivery.open.size
    const failure = await delivery.run(writeChunks(Array.from(delivery.open.values())))
    if (failure === undefined) return prepared.map(write => write.result()) as Results // each by its own builder
    const { why, cause, isPassing } = failure
    if (!isPassing && delivery.open.size === all) throw cause
    const positions = Array.from(delivery.open.values(), ({ place }) => place)
    const left = positions.map(place => this.#plan.builders[place])
    const undone = { verb: this.verb, done: all - left.length, left, positions, results: [] } as const
    throw new BatchIncomplete(why, undone, { cause })
  }

  /** All writes by their ids. */
  #open(prepared: readonly PreparedWrite[]): Map<string, Numbered> {
    const open = new Map<string, Numbered>()
    for (const [place, { model, key, guard, operation }] of prepared.entries()) {
      const write = writeEntry(this.verb, model, key, guard, operation)
      checkTwice(this.verb, model, key, open.has(write.id))
      open.set(write.id, { ...write, place })
    }
    return open
  }

  #writes(): ItemWrite[] {
    const { target, builders } = this.#plan
    if (builders.length === 0) throw new InvalidRequest(this.verb, 'there is nothing to write')
    const writes = builders.map((builder, i) => {
      if (!isWriteBuilder(builder)) throw new InvalidRequest(this.verb, `builder ${i + 1} does not fit: ${NOT_A_WRITE}`)
      const write = builder['~write']()
      const what = `builder ${i + 1} (${write.model.name})`
      checkTarget(target, write.target, this.verb, what)
      if (write.isReturning) throw new InvalidRequest(this.verb, `${what}: ${NO_RETURNING}`)
      return write
    })
    proveApart(writes.map(({ model }) => model))
    return writes
  }
}

/** A write, and where its builder stands. */
interface Numbered extends WriteEntry {
  readonly place: number
}
