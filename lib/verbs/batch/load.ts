import { type Course, Delivery } from '../../driver/delivery.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { BatchIncomplete, checkSource, type LeftOver } from '../../errors.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Guard } from '../../plan/write/precondition.ts'
import type { Definition } from '../../schema/definition.ts'
import type { ItemWrite } from '../builder/item-write.ts'
import { Put } from '../put/put.ts'
import { tableOf } from '../transact/together.ts'
import { Bulk } from './bulk.ts'
import { Packer, type WriteEntry, writeEntry } from './requests.ts'
import { sendWrites } from './write.ts'

interface Plan {
  readonly verb: 'load()' | 'writeAll()'
  readonly target: Target
  readonly source: AsyncIterable<unknown> | Iterable<unknown>
  /** What is written for something that the source gives, and that as it was then. Throws where it cannot be written. */
  readonly take: (given: unknown) => readonly [item: unknown, write: ItemWrite]
  readonly course: Course
}

/** Where the items of a load come from; of one that goes on, also what another has left. */
export type LoadSource<Item> = readonly Item[] | AsyncIterable<Item | LeftOver> | Iterable<Item | LeftOver>

interface Loaded extends WriteEntry {
  /** As the source gave it. */
  readonly item: unknown
  readonly model: Definition
}

/**
 * Puts all items of a source, and takes no more of them than are on their way. Of items with the same key the last one
 * stays. Gives how many were put. Throws BatchIncomplete, whose `left` are the items that were taken and are not known to be
 * written. Immutable; awaited again, it asks the source again. Made by `db.load`.
 */
export class Load extends Bulk<number> {
  protected readonly verb: Plan['verb']
  protected get operation() {
    return 'BatchWriteItem' as const
  }
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.verb = plan.verb
    this.#plan = plan
  }

  /** What the events of its requests are labelled with: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Load(labelled(this.#plan, label)) as this // there are no others
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new Load({ ...this.#plan, course }) as this // there are no others
  }

  protected async run(): Promise<number> {
    const { target, source, course } = this.#plan
    const table = tableOf(target)
    checkSource(this.verb, source)
    const verb = this.verb.slice(0, -2)
    const send = (writes: readonly Loaded[], isRetry: boolean) => {
      const models = [...new Set(writes.map(({ model }) => model))]
      return sendWrites(target, table, { signal: course.signal, verb, models })(writes, isRetry)
    }
    const delivery = new Delivery<Loaded>(course, send)
    const tally: Tally = { taken: 0, held: [], isEnded: false }
    const failure = await delivery.run(this.#chunks(delivery, tally), () => tally.isEnded)
    if (failure === undefined) return tally.taken
    const left = [...Array.from(delivery.open.values(), ({ item }) => item), ...tally.held]
    const { why, cause, isPassing } = failure
    const done = tally.taken - left.length
    if (!isPassing && (done === 0 || (left.length === 0 && tally.isEnded))) throw cause
    throw new BatchIncomplete(why, { verb: this.verb, done, left, positions: [], results: [] }, { cause })
  }

  async *#chunks(delivery: Delivery<Loaded>, tally: Tally): AsyncGenerator<Loaded[], void, undefined> {
    const { source, take } = this.#plan
    const packer = new Packer<Loaded>()
    for await (const given of source) {
      tally.taken++
      tally.held = [given]
      const [item, taken] = take(given)
      tally.held = [item]
      const ready = taken.prepare()
      const write = {
        ...writeEntry(this.verb, ready instanceof Promise ? await ready : ready),
        item,
        model: taken.model
      }
      if (delivery.open.has(write.id)) {
        // The one before has to be written first: requests overtake each other.
        const before = packer.take()
        if (before) yield before
        while (delivery.open.has(write.id)) await delivery.landing()
      }
      const full = packer.add(write)
      delivery.open.set(write.id, write)
      tally.held = []
      if (full) yield full
    }
    tally.isEnded = true
    const rest = packer.take()
    if (rest) yield rest
  }
}

interface Tally {
  taken: number
  /** What was taken, but is not among what is to be sent. */
  held: unknown[]
  /** Whether the source has no more. */
  isEnded: boolean
}

/** What is put for an item that is to be loaded. */
export const putOf = (target: Target, model: Definition): Plan['take'] => {
  const guard: Guard = { existence: 'any', conditions: [] }
  const plan = { target, table: target.table, model, guard, returnsOld: false, signal: undefined }
  return given => {
    const item = snapshotOf(given, model.attributes)
    return [item, new Put({ ...plan, item })[' write']()]
  }
}
