import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidKey } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import { isRecord, notARecord, ownValue } from '../fields/record.ts'
import { type KeyMaker, keyMakerOf } from '../keys/accessor.ts'
import type { KeySource, Values } from '../keys/source.ts'

type StoredKey = Record<string, AttributeValue>

/** A primary key of texts. */
export interface KeyTexts {
  readonly pk: string
  readonly sk: string | undefined
}

/** The key of a model's items in the table. */
export class PrimaryKey {
  readonly #model: string
  readonly #pk: KeySource
  readonly #sk: KeySource | undefined
  readonly #make: KeyMaker
  /** Whether an attribute stands in both of its parts. */
  readonly #isShared: boolean

  constructor(model: string, pk: KeySource, sk: KeySource | undefined) {
    this.#model = model
    this.#pk = pk
    this.#sk = sk
    this.#make = keyMakerOf(pk.name, sk?.name)
    this.#isShared = sk !== undefined && pk.attributes.some(attribute => sk.attributes.includes(attribute))
  }

  /** The key of an item, or of the key attributes alone. Throws InvalidKey. */
  stored(values: unknown): StoredKey {
    if (!isRecord(values)) throw new InvalidKey(this.#model, 'key', notARecord(values))
    const pk = this.#pk.stored(values)
    return this.#make(pk, this.#sk === undefined ? pk : this.#sk.stored(values))
  }

  /** The texts of a key, where it is made of texts alone and nothing is wrong with the values. */
  texts(values: unknown): KeyTexts | undefined {
    if (this.#isShared || !isPlain(values)) return undefined // each value is to be read once
    const pk = textOf(this.#pk, values)
    const sk = this.#sk && textOf(this.#sk, values)
    return pk === undefined || (this.#sk !== undefined && sk === undefined) ? undefined : { pk, sk }
  }

  ofTexts({ pk, sk }: KeyTexts): StoredKey {
    const stored = { S: pk }
    return this.#make(stored, sk === undefined ? stored : { S: sk })
  }

  /** The attributes behind the key of a row; `undefined` if it is another model's. */
  parse(row: Readonly<StoredKey>): Record<string, unknown> | undefined {
    const pk = ownValue(row, this.#pk.name)
    const sk = this.#sk
    const values: Record<string, unknown> = {}
    // What a raw key does not tell by itself, it may by what the other one says.
    const isRead = this.#pk.parse(pk, values)
    if (!isRead && !(this.#isShared && this.#pk.isRaw)) return undefined
    if (sk !== undefined && !sk.parse(ownValue(row, sk.name), values, values)) return undefined
    if (!isRead && !this.#pk.parse(pk, values, values)) return undefined
    // An attribute that stands in both must say the same in both: the sort key has just won, so ask the other.
    const isOther = this.#isShared && this.#pk.isComplete(values) && this.#pk.stored(values).S !== pk?.S
    return isOther ? undefined : values
  }

  /** Whether a row's key is one of these; who has made the partition key need not have it matched again. */
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
