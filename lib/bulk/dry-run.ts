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

/** What would be done, and what it would cost. */
export interface Prospect {
  /** How many items there are. */
  readonly items: number
  /** About how many units it would take, the read included: what each item weighs, in the table and in the indexes that it is in. */
  readonly estimate: Units
  /** What this dry run has cost itself. */
  readonly usage: Usage
}

interface Plan extends Pick<BulkPlan, 'read' | 'course' | 'rates'> {
  readonly verb: string
  /** About how many write units a row takes, and what a run before has left. Throws as the run itself does. */
  readonly begin: (source: Source) => Promise<{ readonly units: (row: Row) => number; readonly rest: Rest | undefined }>
}

/** Reads what something would be done to. Immutable. Made by `.dryRun()`. */
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

/** How often an index of the row is written. */
type Writes = (index: Access) => number

/**
 * About how many units it takes to write a row, by its size, in the table and in each of its indexes. A transaction takes twice
 * as many for the table.
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
