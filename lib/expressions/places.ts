/** The places that an update changes, as a tree: no two may be the same, nor one in the other. */
export class Places {
  #inside: Map<string | number, Places> | undefined
  #isChanged = false

  /** Adds a place; false if it is one that was added before, leads to one, or is in one. */
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
