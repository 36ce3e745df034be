/** Counts what a spec compared and what it left out, so that one line says how much it proves. */
export class Tally {
  /** How many cases were added. */
  total = 0
  readonly #counts = new Map<string, number>()
  readonly #title: string

  constructor(title: string) {
    this.#title = title
  }

  /** A case, under what came of it. Each case is added once. */
  add(what: string): void {
    this.total++
    this.note(what)
  }

  /** A figure beside the cases. */
  note(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by)
  }

  print(unit = 'cases', ...remarks: readonly string[]): void {
    const counts = [...this.#counts].map(([what, count]) => `${count} ${what}`)
    console.log(`${this.#title}: ${this.total} ${unit}; ${[...counts, ...remarks].join(', ')}`)
  }
}
