import type { BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { Course, Failure } from '../../driver/delivery.ts'
import { mapInSlices } from '../../driver/slices.ts'
import { labelled, type Target, tableOf } from '../../driver/target.ts'
import { BatchIncomplete, InvalidRequest } from '../../errors.ts'
import { proveApart } from '../../schema/apart.ts'
import type { StoredItem } from '../../schema/definition.ts'
import { type ItemRead, isReadBuilder } from '../builder/item-read.ts'
import { checkTarget, joinedSignals } from '../builder/several.ts'
import { Bulk } from './bulk.ts'
import { fetchRows } from './fetch.ts'
import { NOT_A_GET } from './listed.ts'
import { batchGetInput, type ReadEntry, Reads, readChunks } from './requests.ts'

interface Plan {
  readonly target: Target
  readonly builders: readonly unknown[]
  readonly course: Course
}

/**
 * Reads any number of items, 100 a request. Resolves to each get's result, in order. An item that is requested twice in
 * the same way is read once. Throws BatchIncomplete. Immutable. Made by `db.batchGet`.
 */
export class BatchGet<Results> extends Bulk<Results> {
  protected readonly verb = 'batchGet()'
  protected get operation() {
    return 'BatchGetItem' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /**
   * Returns the inputs of BatchGetItem, one for each request. Sends nothing. Throws InvalidKey, InvalidRequest and
   * NoTable.
   */
  compile(): BatchGetItemCommandInput[] {
    const { target, builders } = this.#plan
    const asked = builders.map((builder, place) => this.#read(builder, place))
    proveApart(asked.map(({ model }) => model))
    const reads = new Reads()
    for (const [place, { input }] of asked.entries()) reads.add(place, input)
    if (asked.length === 0) return []
    const table = tableOf(target)
    return Array.from(readChunks(reads.entries.values()), chunk => batchGetInput(table, chunk))
  }

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new BatchGet(labelled(this.#plan, label)) as this // the results are the same
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new BatchGet({ ...this.#plan, course }) as this // the results are the same
  }

  protected async run(): Promise<Results> {
    const { target, builders, course } = this.#plan
    const reads = new Reads()
    const asked = await mapInSlices(builders, (builder, place) => {
      const read = this.#read(builder, place)
      reads.add(place, read.input)
      return read
    })
    if (asked.length === 0) return [] as Results // there are no builders
    const models = new Set(asked.map(({ model }) => model))
    proveApart(models)
    const stop = joinedSignals([course, ...asked])
    try {
      const { signal } = stop ?? course
      const found: (StoredItem | undefined)[] = new Array(asked.length)
      const failure = await fetchRows(target, reads, { ...course, signal }, { verb: 'batchGet', models }, found)
      if (failure) throw await this.#incomplete(failure, reads.entries.values(), asked, found)
      return (await mapInSlices(asked, (read, place) => read.result(found[place]))) as Results // each builder makes its own
    } finally {
      stop?.release()
    }
  }

  #read(builder: unknown, place: number): ItemRead {
    if (!isReadBuilder(builder)) throw new InvalidRequest(this.verb, `builder ${place + 1} does not fit: ${NOT_A_GET}`)
    const read = builder[' read']()
    checkTarget(this.#plan.target, read.target, this.verb, `builder ${place + 1} (${read.model.name})`)
    return read
  }

  async #incomplete(
    { why, cause, isPassing }: Failure,
    open: Iterable<ReadEntry>,
    asked: readonly ItemRead[],
    found: readonly (StoredItem | undefined)[]
  ): Promise<unknown> {
    const left = new Set(Array.from(open).flatMap(({ places }) => places))
    if (!isPassing && (left.size === asked.length || left.size === 0)) return cause
    const results = await mapInSlices(asked, (read, place) => {
      try {
        return left.has(place) ? undefined : read.result(found[place])
      } catch {
        left.add(place) // running the builder that is left over throws the error
        return undefined
      }
    })
    const { builders } = this.#plan
    const positions = Array.from(left).sort((a, b) => a - b)
    const undone = { verb: this.verb, done: asked.length - left.size, positions, results } as const
    return new BatchIncomplete(why, { ...undone, left: positions.map(place => builders[place]) }, { cause })
  }
}
