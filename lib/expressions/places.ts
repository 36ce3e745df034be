/** The places that an update changes, as a tree. No place may be the same as another, or inside another. */
export class Places {
  static readonly alive: object = new Places()
  #inside: Map<string | number, Places> | undefined
  #isChanged = false

  /** Adds a place; `false` if it equals an earlier one, contains it, or is inside it. */
  add(steps: readonly (string | number)[]): boolean {
    let place: Places = this
    for (const step of steps) {
      if (place.#isChanged) return false
      place.#inside ??= new Map()
      const known = place.#inside.get(step)
      const next = known ?? new Places()
      if (known === undefined) place.#inside.set(step, next)
      place = next
    }
    if (place.#isChanged || place.#inside !== undefined) return false
    place.#isChanged = true
    return true
  }
}
