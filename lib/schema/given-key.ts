import { UNUSED } from '../alive.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { Definition, StoredItem } from './definition.ts'
import type { KeyTexts } from './primary-key.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * The primary key that a builder is given, as it was at that moment. Mostly its texts are rendered at once, and the
 * values are not copied. Otherwise (numbers, bytes, params, invalid values, a version) the values are copied, and
 * `stored` renders the key or throws.
 */
export class GivenKey {
  readonly #model: Definition
  readonly #texts: KeyTexts | undefined
  readonly #values: Values

  static readonly alive: object = new GivenKey(UNUSED, undefined, UNUSED)

  private constructor(model: Definition, texts: KeyTexts | undefined, values: Values) {
    this.#model = model
    this.#texts = texts
    this.#values = values
  }

  static of(model: Definition, values: Values): GivenKey {
    // The values can hold a version.
    const texts = model.roles.version === undefined ? model.primaryKey.texts(values) : undefined
    return new GivenKey(model, texts, texts === undefined ? snapshotOf(values, model.attributes) : NONE)
  }

  /** The key, a new object with each call. Throws InvalidKey. */
  stored(): StoredItem {
    return this.#texts === undefined ? this.#model.key(this.#values) : this.#model.primaryKey.ofTexts(this.#texts)
  }

  /** The given values, if the model has a version. They can hold it. */
  get values(): Values {
    return this.#values
  }
}

const NONE: Values = Object.freeze({})
