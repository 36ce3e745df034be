/** Counts what a spec compared and what it left out, so that one line says how much it proves. */
import { appendFileSync } from 'node:fs'

/** A recorded case, and what came of it in a spec. */
export interface CaseReport {
  /** As {@link stepId} and the data name it. */
  readonly id: string
  readonly what: string
  /** Whether keystorm does something else here, and `what` says why. */
  readonly isException: boolean
}

/** The name of a step, which has none of its own. */
export const stepId = (scenario: { readonly id: string }, step: number): string => `${scenario.id} step ${step}`

export class Tally {
  /** How many cases were added. */
  total = 0
  readonly #counts = new Map<string, number>()
  readonly #reports: CaseReport[] = []
  readonly #title: string

  constructor(title: string) {
    this.#title = title
  }

  /** A case, under what came of it. Each case is added once; with its id where it is one of the recorded ones. */
  add(what: string, id?: string): void {
    this.#add(what, id, false)
  }

  /** A recorded case that keystorm does not follow, under the reason. */
  except(why: string, id: string): void {
    this.#add(why, id, true)
  }

  /** A figure beside the cases. */
  note(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by)
  }

  /** Prints the line; for `npm run storm:count`, which names a file in KEYSTORM_TALLY, writes the cases there too. */
  print(unit = 'cases', ...remarks: readonly string[]): void {
    const counts = [...this.#counts].map(([what, count]) => `${count} ${what}`)
    console.log(`${this.#title}: ${this.total} ${unit}; ${[...counts, ...remarks].join(', ')}`)
    const file = process.env.KEYSTORM_TALLY
    if (file) appendFileSync(file, this.#reports.map(report => `${JSON.stringify(report)}\n`).join(''))
  }

  #add(what: string, id: string | undefined, isException: boolean): void {
    this.total++
    this.note(what)
    if (id !== undefined) this.#reports.push({ id, what, isException })
  }
}
