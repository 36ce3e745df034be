import type { BatchWriteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { type Course, Delivery, type Failure } from '../../driver/delivery.ts'
import { mapInSlices } from '../../driver/slices.ts'
import { labelled, type Target, type TargetOptions, tableOf } from '../../driver/target.ts'
import { BatchIncomplete, InvalidRequest } from '../../errors.ts'
import { asyncSchema } from '../../fields/schema.ts'
import { proveApart } from '../../schema/apart.ts'
import { type ItemWrite, isWriteBuilder, NO_RETURNING, type PreparedWrite } from '../builder/item-write.ts'
import { checkTarget, joinedSignals } from '../builder/several.ts'
import { Bulk } from './bulk.ts'
import { NOT_A_WRITE } from './listed.ts'
import { batchWriteInput, checkTwice, unwritten, type WriteEntry, writeChunks, writeEntry } from './requests.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly course: Course
}

/** Sends one request of writes. Resolves to the writes that DynamoDB left unprocessed. */
export const sendWrites =
  (target: Target, table: string, purpose: TargetOptions) =>
  async <Write extends WriteEntry>(writes: readonly Write[], isRetry: boolean): Promise<Write[]> => {
    const input = batchWriteInput(table, writes)
    return unwritten(writes, await target.send('BatchWriteItem', input, { ...purpose, isRetry }))
  }

/**
 * Puts and deletes any number of items, 25 a request, in no order. Resolves to each builder's result, in order: the
 * item for a put, `undefined` for a delete. Throws BatchIncomplete. Immutable. Made by `db.batchWrite`.
 */
export class BatchWrite<Results> extends Bulk<Results> {
  protected readonly verb = 'batchWrite()'
  protected get operation() {
    return 'BatchWriteItem' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Returns the inputs of BatchWriteItem, one for each request. Sends nothing. Throws InvalidItem, InvalidKey,
   * InvalidRequest and NoTable.
   */
  compile(): BatchWriteItemCommandInput[] {
    const { target, builders } = this.#plan
    const writes = builders.map((builder, place) => this.#write(builder, place))
    proveApart(writes.map(({ model }) => model))
    const open = new Map<string, Numbered>()
    for (const [place, write] of writes.entries()) {
      const ready = write.prepare()
      if (ready instanceof Promise) throw asyncSchema(write.model.name, ready)
      this.#open(open, ready, place)
    }
    if (writes.length === 0) return []
    const table = tableOf(target)
    return Array.from(writeChunks(open.values()), chunk => batchWriteInput(table, chunk))
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new BatchWrite(labelled(this.#plan, label)) as this // the results are the same
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new BatchWrite({ ...this.#plan, course }) as this // the results are the same
  }

  protected async run(): Promise<Results> {
    const { target, builders, course } = this.#plan
    const writes = await mapInSlices(builders, (builder, place) => this.#write(builder, place))
    if (writes.length === 0) return [] as Results // there are no builders
    const models = new Set(writes.map(({ model }) => model))
    proveApart(models)
    const table = tableOf(target)
    const prepared = await mapInSlices(writes, write => write.prepare())
    const stop = joinedSignals([course, ...writes])
    try {
      const { signal } = stop ?? course
      const send = sendWrites(target, table, { signal, verb: 'batchWrite', models })
      const delivery = new Delivery<Numbered>({ ...course, signal }, send)
      const { open } = delivery
      await mapInSlices(prepared, (write, place) => this.#open(open, write, place))
      const failure = await delivery.run(writeChunks(open.values()), () => true)
      if (failure !== undefined) throw this.#incomplete(failure, open.values(), prepared.length)
      return (await mapInSlices(prepared, write => write.result())) as Results // each builder makes its own result
    } finally {
      stop?.release()
    }
  }

  #incomplete({ why, cause, isPassing }: Failure, open: Iterable<Numbered>, all: number): unknown {
    const positions = Array.from(open, ({ place }) => place)
    if (!isPassing && (positions.length === all || positions.length === 0)) return cause
    const left = positions.map(place => this.#plan.builders[place])
    const undone = { verb: this.verb, done: all - left.length, left, positions, results: [] } as const
    return new BatchIncomplete(why, undone, { cause })
  }

  /** Adds a write to the open ones. */
  #open(open: Map<string, Numbered>, prepared: PreparedWrite, place: number): void {
    const write = writeEntry(this.verb, prepared)
    const [{ model, key }] = prepared.operations
    checkTwice(this.verb, model, key, open.has(write.id))
    open.set(write.id, Object.assign(write, { place }))
  }

  #write(builder: unknown, place: number): ItemWrite {
    if (!isWriteBuilder(builder))
      throw new InvalidRequest(this.verb, `builder ${place + 1} does not fit: ${NOT_A_WRITE}`)
    const write = builder[' write']()
    const what = `builder ${place + 1} (${write.model.name})`
    checkTarget(this.#plan.target, write.target, this.verb, what)
    if (write.isReturning) throw new InvalidRequest(this.verb, `${what}: ${NO_RETURNING}`)
    return write
  }
}

/** A write, and the position of its builder. */
interface Numbered extends WriteEntry {
  readonly place: number
}
