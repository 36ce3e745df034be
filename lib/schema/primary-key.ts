import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidKey } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import { isRecord, notARecord, ownValue } from '../fields/record.ts'
import { type KeyMaker, keyMakerOf } from '../keys/generated.ts'
import { isDerived, type KeySource, type Values } from '../keys/source.ts'

type StoredKey = Record<string, AttributeValue>

/** A primary key whose attributes are texts. */
export interface KeyTexts {
  readonly pk: string
  readonly sk: string | undefined
}

/** The primary key of a model. */
export class PrimaryKey {
  readonly #model: string
  readonly #pk: KeySource
  readonly #sk: KeySource | undefined
  readonly #make: KeyMaker
  /** Whether an attribute stands in both the partition key and the sort key. */
  readonly #isShared: boolean

  constructor(model: string, pk: KeySource, sk: KeySource | undefined) {
    this.#model = model
    this.#pk = pk
    this.#sk = sk
    this.#make = keyMakerOf(pk.name, sk?.name)
    this.#isShared = sk !== undefined && pk.attributes.some(attribute => sk.attributes.includes(attribute))
  }

  /** The key of an item or of its key attributes. Throws InvalidKey. */
  stored(values: unknown): StoredKey {
    if (!isRecord(values)) throw new InvalidKey(this.#model, 'key', notARecord(values))
    const pk = this.#pk.stored(values)
    return this.#make(pk, this.#sk === undefined ? pk : this.#sk.stored(values))
  }

  /** The key's texts; `undefined` if it has other types or a value does not fit. */
  texts(values: unknown): KeyTexts | undefined {
    if (this.#isShared || !isPlain(values)) return undefined // each value must be read only once
    const pk = textOf(this.#pk, values)
    const sk = this.#sk && textOf(this.#sk, values)
    return pk === undefined || (this.#sk !== undefined && sk === undefined) ? undefined : { pk, sk }
  }

  ofTexts({ pk, sk }: KeyTexts): StoredKey {
    const stored = { S: pk }
    return this.#make(stored, sk === undefined ? stored : { S: sk })
  }

  /** The attributes in a row's key; `undefined` if it is another model's. */
  parse(row: Readonly<StoredKey>): Record<string, unknown> | undefined {
    const pk = ownValue(row, this.#pk.name)
    const sk = this.#sk
    const values: Record<string, unknown> = {}
    // A raw key that cannot be parsed alone may be parsed with the values of the other key.
    const isRead = this.#pk.parse(pk, values)
    if (!isRead && !(this.#isShared && this.#pk.isRaw)) return undefined
    if (sk !== undefined && !sk.parse(ownValue(row, sk.name), values, values)) return undefined
    if (!isRead && !this.#pk.parse(pk, values, values)) return undefined
    if (!this.#isShared) return values
    // A shared attribute must have the same value in both keys. The sort key was parsed last, so the partition key is
    // compared. So is a sort key with a derived part, which does not give the value.
    const isOther = (key: KeySource) => key.isComplete(values) && key.stored(values).S !== ownValue(row, key.name)?.S
    return isOther(this.#pk) || (sk?.slots.some(isDerived) && isOther(sk)) ? undefined : values
  }

  /**
   * Whether a row's key is one of these. `isOwnPartition`: the caller made the partition key, so it is not matched
   * again.
   */
  claims(row: Readonly<StoredKey>, isOwnPartition: boolean): boolean {
    if (this.#isShared && !this.#pk.isRaw) return this.parse(row) !== undefined
    const sk = this.#sk
    return (sk === undefined || sk.matches(sk.read(row))) && (isOwnPartition || this.#pk.matches(this.#pk.read(row)))
  }
}

const textOf = (key: KeySource, values: Values): string | undefined => {
  const whole = key.type === 'S' ? key.begin(values) : undefined
  return whole?.condition === 'whole' ? whole.low.S : undefined
}
