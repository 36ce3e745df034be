import { Stop } from '../driver/signals.ts'
import type { Definition, StoredItem } from '../schema/definition.ts'
import { idOf } from '../verbs/batch/requests.ts'
import { type Batch, batchesOf, type Reading } from '../verbs/read/reading.ts'
import { merged } from '../verbs/read/segments.ts'
import { wholeRows } from '../verbs/read/whole.ts'
import type { Reached, Rest } from './rest.ts'
import type { Source } from './source.ts'

/** A row of a read, and its model. */
export interface Row {
  readonly stored: StoredItem
  readonly model: Definition
}

/** The index of a segment, and a page of it. */
interface Part {
  readonly part: number
  readonly batch: Batch<Definition>
}

/** Runs one request of a read when the rate allows it. */
type Paced = <T>(request: () => Promise<T>) => Promise<T>

/** Goes through the rows of a read, and keeps track of its position and of the number of rows taken. */
export class Walk {
  readonly reached: Reached[]
  taken: number
  /** The keys that an earlier run left over, and that were not taken again yet. */
  readonly left: Map<string, StoredItem>
  /**
   * The row that was yielded last, until its receiver takes it over. The position is behind it already, and a row
   * passes from one generator to the next only after some turns of the event loop.
   */
  held: Row | undefined
  readonly #source: Source
  readonly #only: readonly string[] | undefined
  /** The names of the table's keys. */
  readonly #names: readonly string[]

  constructor(source: Source, only: readonly string[] | undefined, rest: Rest | undefined) {
    this.#source = source
    this.#only = only
    const [{ table }] = source.models
    this.#names = [...table.pk, ...table.sk].map(({ name }) => name)
    this.left = new Map(rest?.left.map(key => [idOf(key, this.#names), key]))
    this.taken = rest?.taken ?? 0
    this.reached = [...(rest?.reached ?? Array.from({ length: source.segments ?? 1 }, () => 'start' as const))]
  }

  /**
   * Yields the rows, beginning with those that an earlier run left over. `gone` receives the keys of left-over rows
   * that no longer exist. With a pace, it does not read ahead.
   */
  async *rows(
    signal: AbortSignal,
    pace: Paced | undefined,
    gone: (key: StoredItem) => unknown
  ): AsyncGenerator<Row, void, undefined> {
    yield* this.#again(signal, gone)
    const { limit } = this.#source
    const stop = new Stop(signal)
    const parts = this.reached.flatMap((place, part) =>
      place === 'end' || this.taken === limit ? [] : [this.#part(part, stop.signal, pace)]
    )
    const [first, another] = parts
    try {
      if (first === undefined) return
      for await (const { part, batch } of another === undefined ? first : merged(parts, stop)) {
        for (const [i, stored] of batch.rows.entries()) {
          if (this.taken === limit) return
          this.taken++
          this.reached[part] = stored
          const model = batch.items[i]
          if (model === undefined) continue
          this.held = { stored, model }
          yield this.held
        }
        if (batch.lastKey === undefined) this.reached[part] = 'end'
      }
    } finally {
      stop.release()
    }
  }

  async *#again(signal: AbortSignal, gone: (key: StoredItem) => unknown): AsyncGenerator<Row, void, undefined> {
    if (this.left.size === 0) return
    const { target, models, access } = this.#source
    const { accept } = this.#source.reading(this.#only)
    const found = await wholeRows(target, models[0], signal)([...this.left.values()])
    for (const stored of found) {
      if (stored === undefined) continue
      const id = idOf(stored, this.#names)
      const key = this.left.get(id)
      const model = accept(stored)
      const isThere = [...access.pk, ...access.sk].every(
        ({ name }) => idOf(stored, [name]) === idOf(key ?? NOTHING, [name])
      )
      if (model === undefined || !isThere) continue
      this.left.delete(id)
      this.held = { stored, model }
      yield this.held
    }
    for (const [id, key] of this.left) {
      await gone(key)
      this.left.delete(id)
    }
  }

  async *#part(part: number, signal: AbortSignal, pace: Paced | undefined): AsyncGenerator<Part, void, undefined> {
    const { limit, segments } = this.#source
    const reading: Reading<Definition> = this.#source.reading(this.#only)
    const input = { ...reading.input }
    const place = this.reached[part]
    if (typeof place === 'object') input.ExclusiveStartKey = keyAt(place, this.#source)
    if (segments !== undefined) Object.assign(input, { Segment: part, TotalSegments: segments })
    const wanted = limit === undefined ? undefined : limit - this.taken
    const one = { ...reading, input, segments: undefined, signal, limit: wanted }
    const batches = batchesOf(one, pace === undefined)
    try {
      for (;;) {
        const next = () => batches.next()
        const { done, value } = await (pace === undefined ? next() : pace(next))
        if (done) return
        yield { part, batch: value }
      }
    } finally {
      await batches.return()
    }
  }
}

/** The key after which a read continues. */
const keyAt = (row: StoredItem, { access, models }: Source): StoredItem => {
  const key: StoredItem = {}
  for (const { name } of access.position(models[0].table)) {
    const stored = row[name]
    if (stored !== undefined) key[name] = stored
  }
  return key
}

const NOTHING: StoredItem = Object.freeze({})
