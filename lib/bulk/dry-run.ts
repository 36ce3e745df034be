import { metered } from '../driver/meter.ts'
import { Stop } from '../driver/signals.ts'
import { isProjected } from '../plan/read/narrow.ts'
import { measure } from '../plan/write/size.ts'
import type { Access } from '../schema/access.ts'
import type { Units, Usage } from '../usage.ts'
import { Runnable } from '../verbs/builder/runnable.ts'
import type { Plan as BulkPlan } from './by-query.ts'
import { Pace } from './pace.ts'
import type { Rest } from './rest.ts'
import { type Source, sourceOf } from './source.ts'
import { type Row, Walk } from './walk.ts'

/** What a run would do, and what it would cost. */
export interface Prospect {
  /** The number of items. */
  readonly items: number
  /**
   * The approximate number of units, including those of the read. It follows from the size of each item, in the table
   * and in its indexes.
   */
  readonly estimate: Units
  /** The cost of this dry run. */
  readonly usage: Usage
}

interface Plan extends Pick<BulkPlan, 'read' | 'course' | 'rates'> {
  readonly verb: string
  /**
   * Returns a function that estimates the write units of a row, and what an earlier run left. Throws what the run
   * itself would.
   */
  readonly begin: (source: Source) => Promise<{ readonly units: (row: Row) => number; readonly rest: Rest | undefined }>
}

/** Reads the items that a run would write. Immutable. Made by `.dryRun()`. */
export class DryRun extends Runnable<Prospect> {
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  protected get operation() {
    return 'Each item'
  }

  protected async run(): Promise<Prospect> {
    const { read, course, rates, verb, begin } = this.#plan
    const source = sourceOf(verb, read)
    const { units, rest } = await begin(source)
    const stop = new Stop(course.signal, source.signal)
    try {
      const { result, usage } = await metered(async usage => {
        const pace = new Pace(rates, usage)
        const counts = { items: 0, writeUnits: 0 }
        const rows = new Walk(source, undefined, rest).rows(stop.signal, pace.reading(stop.signal), () => {})
        for await (const row of rows) {
          counts.items++
          counts.writeUnits += units(row)
        }
        return counts
      })
      const { items, writeUnits } = result
      return { items, estimate: { readUnits: usage.readUnits, writeUnits }, usage }
    } finally {
      stop.release()
    }
  }
}

const UNIT = 1024

const unitsOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / UNIT))

/** How many writes an index of the row needs. */
type Writes = (index: Access) => number

/**
 * Estimates the units to write a row from its size, in the table and in each of its indexes. A transaction doubles
 * those of the table.
 */
export const writeUnits = ({ stored, model }: Row, writes: Writes, isTransaction = false): number => {
  let units = (isTransaction ? 2 : 1) * unitsOf(measure(stored).size)
  for (const index of model.indexes.values()) {
    const keys = [...index.pk, ...index.sk]
    if (!keys.every(({ name }) => stored[name] !== undefined)) continue
    const own = [...model.table.pk, ...model.table.sk].map(({ name }) => name)
    const projected = Object.entries(stored).filter(([name]) => own.includes(name) || isProjected(name, index.layout))
    units += writes(index) * unitsOf(measure(Object.fromEntries(projected)).size)
  }
  return units
}
