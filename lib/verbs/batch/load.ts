import { type Course, Delivery } from '../../driver/delivery.ts'
import { labelled, type Target, tableOf } from '../../driver/target.ts'
import { BatchIncomplete, checkSource, type LeftOver } from '../../errors.ts'
import { snapshotOf } from '../../fields/snapshot.ts'
import type { Guard } from '../../plan/write/precondition.ts'
import type { Definition } from '../../schema/definition.ts'
import type { ItemWrite } from '../builder/item-write.ts'
import { Put } from '../put/put.ts'
import { Bulk } from './bulk.ts'
import { Packer, type WriteEntry, writeEntry } from './requests.ts'
import { valuesOf } from './values.ts'
import { sendWrites } from './write.ts'

interface Plan {
  readonly verb: 'load()' | 'writeAll()'
  readonly target: Target
  readonly source: AsyncIterable<unknown> | Iterable<unknown>
  /** Takes a snapshot of an item from the source, and makes the write for it. Throws if it cannot be written. */
  readonly take: (given: unknown) => readonly [item: unknown, write: ItemWrite]
  readonly course: Course
}

/** The items to load. When a load continues another one, its source may also yield the other one's left-over items. */
export type LoadSource<Item> = readonly Item[] | AsyncIterable<Item | LeftOver> | Iterable<Item | LeftOver>

interface Loaded extends WriteEntry {
  /** As the source yielded it. */
  readonly item: unknown
  readonly model: Definition
}

/**
 * Puts all items of a source. It holds no more items than fit the requests that are running. If items share a key, the
 * last one wins. Resolves to the number of items. Throws BatchIncomplete, whose `left` lists the items that were taken
 * from the source and may not have been written. Immutable. Each `await` reads the source again. Made by `db.load`.
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

  /** Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest. */
  label(label: string): this {
    return new Load(labelled(this.#plan, label)) as this // there are no subclasses
  }

  protected get course(): Course {
    return this.#plan.course
  }

  protected with(course: Course): this {
    return new Load({ ...this.#plan, course }) as this // there are no subclasses
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
    for await (const [given] of valuesOf(source)) {
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
        // Requests can overtake each other, so the earlier write of this key must finish first.
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
  /** Items taken from the source that are not yet in the delivery's open writes. */
  held: unknown[]
  /** Whether the source has ended. */
  isEnded: boolean
}

/** Makes the put for each loaded item. */
export const putOf = (target: Target, model: Definition): Plan['take'] => {
  const guard: Guard = { existence: 'any', conditions: [] }
  const plan = { target, table: target.table, model, guard, returnsOld: false, signal: undefined }
  return given => {
    const item = snapshotOf(given, model.attributes)
    return [item, new Put({ ...plan, item })[' write']()]
  }
}
