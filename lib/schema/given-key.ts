import { snapshotOf } from '../fields/snapshot.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { KeyTexts } from './primary-key.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * The primary key that a builder is given, as it was then. Mostly its texts are made at once, and no copy of the values is
 * kept; where that cannot be, it is told when the key is asked for.
 */
export class GivenKey {
  readonly #model: Definition
  readonly #texts: KeyTexts | undefined
  readonly #values: Values

  constructor(model: Definition, values: Values) {
    this.#model = model
    // A version is given among the values of the key.
    this.#texts = model.roles.version === undefined ? model.primaryKey.texts(values) : undefined
    this.#values = this.#texts === undefined ? snapshotOf(values, model.attributes) : NONE
  }

  /** The key, anew with each call. Throws InvalidKey. */
  stored(): StoredItem {
    return this.#texts === undefined ? this.#model.key(this.#values) : this.#model.primaryKey.ofTexts(this.#texts)
  }

  /** The values as they were given, where the model has a version, which may be among them. */
  get values(): Values {
    return this.#values
  }
}

const NONE: Values = Object.freeze({})
