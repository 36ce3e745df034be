import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidKey } from '../errors.ts'
import { compareDecimals, simpleNumber } from '../fields/decimal.ts'
import type { MadeField } from '../fields/field.ts'
import { Misfit, Report } from '../fields/report.ts'
import type { Range } from '../keys/bounds.ts'
import { type Reader, readerOf } from '../keys/generated.ts'
import { compareText } from '../keys/order.ts'
import { hasNoParam, Param } from '../keys/param.ts'
import {
  type Beginning,
  given,
  isGiven,
  type KeyBound,
  type KeySource,
  type KeyType,
  NO_KEYS,
  NOTHING,
  type Slot,
  UNBOUND,
  type Values
} from '../keys/source.ts'
import { mayLack } from './key-sources.ts'
import type { KeyAttribute } from './table-layout.ts'

const TYPES = { S: 'a text', N: 'a number', B: 'bytes' } as const
const NO_BEGINNING: Beginning = { ...UNBOUND, count: 0, at: 0 }

/** The beginning that is the whole key. */
const whole = (low: AttributeValue, count: number): Beginning => ({
  ...NO_BEGINNING,
  condition: 'whole',
  low,
  count,
  at: 1
})

/** An own key: a key attribute that is an attribute of the model, as it is stored. */
export class OwnKey implements KeySource {
  readonly name: string
  readonly read: Reader
  readonly type: KeyType
  readonly text: string
  readonly slots: readonly Slot[]
  readonly attributes: readonly string[]
  readonly isRaw = false
  readonly start: Beginning
  readonly choices: readonly string[] | undefined
  readonly #model: string
  readonly #field: MadeField
  /** DynamoDB's limit for the key, in bytes. */
  readonly limit: number
  readonly checkRead: KeySource['checkRead']

  constructor(model: string, { name, type }: KeyAttribute, field: MadeField, limit: number) {
    this.name = name
    this.read = readerOf(name)
    this.type = type
    this.text = `<${name}>`
    this.attributes = [name]
    const codec = field.core.storage === 'S' ? field.codec : undefined
    this.choices = codec?.isFinite ? codec.samples : undefined
    this.slots = [
      {
        attribute: name,
        head: '',
        codec: undefined,
        isInherited: name in Object.prototype,
        constant: mayLack(field) ? undefined : codec?.only
      }
    ]
    this.#model = model
    this.#field = field
    this.limit = limit
    this.start = this.prefix({})
    if (type === 'N' || codec?.order === 'fixed') this.checkRead = (row, item) => this.#compare(row, item)
  }

  #compare(row: Readonly<Record<string, AttributeValue>>, item: Values): void {
    const text = this.read(row)?.[this.type]
    if (typeof text !== 'string' || simpleNumber(text, true) !== undefined) return // most numbers are integers
    const made = this.isComplete(item) && this.begin(item)?.low[this.type] // only() may leave the key out
    if (typeof made !== 'string' || made === text || (this.type === 'N' && compareDecimals(made, text) === 0)) return
    const instead =
      this.type === 'N' ? 't.bigint() holds integers, t.number() fractions of 15 digits' : 'take t.string()'
    throw new Misfit(`the key ${text} would read as ${made}, which is the key of another row: ${instead}`, [this.name])
  }

  stored(values: Values): AttributeValue {
    const value = this.#given(values)
    if (value === undefined) throw this.#fail('is missing')
    return this.#encode(value, false)
  }

  isComplete(values: Values): boolean {
    return this.#given(values) !== undefined
  }

  begin(values: Values, end?: string): Beginning | undefined {
    const value = end === this.name ? undefined : this.#given(values)
    if (value === undefined) return NO_BEGINNING
    if (value instanceof Param) return undefined // its text is made only when a state is
    const stored = this.#stored(value, false)
    if (typeof stored === 'string') return undefined
    const count = this.slots.every(slot => slot.constant === undefined || isGiven(values, slot)) ? 1 : 0
    return whole(stored, count)
  }

  prefix(values: Values, end?: string): Beginning {
    const value = end === this.name ? undefined : this.#given(values)
    return value === undefined ? NO_BEGINNING : whole(this.#encode(value, false), 0)
  }

  range(_beginning: Beginning, { kind, operands }: Range): KeyBound {
    const [low = NOTHING, high = NOTHING] = operands.map(operand => this.#encode(operand, true))
    const bound = (condition: KeyBound['condition']): KeyBound => ({
      condition,
      low,
      high,
      check: undefined,
      known: NO_KEYS
    })
    switch (kind) {
      case 'beginsWith':
        if (this.type === 'N') throw this.#fail('is no text, so beginsWith() cannot be asked of it')
        return bound('prefix')
      case 'between':
        if (isBehind(low, high)) throw this.#fail('is asked to be between() two values, the lower one second')
        return bound('between')
      case 'gt':
        return bound('above')
      case 'gte':
        return bound('from')
      case 'lt':
        return bound('below')
      case 'lte':
        return bound('to')
    }
  }

  parse(stored: AttributeValue | undefined, values: Record<string, unknown>): boolean {
    if (!this.matches(stored) || stored === undefined) return false
    try {
      const read = this.#field.decode(stored)
      this.checkRead?.({ [this.name]: stored }, { [this.name]: read })
      values[this.name] = read
      return true
    } catch (error) {
      if (error instanceof Misfit) return false
      throw error
    }
  }

  matches(stored: AttributeValue | undefined): boolean {
    const content = stored?.[this.type]
    return content !== undefined && (this.choices === undefined || this.choices.includes(String(content)))
  }

  textIn(): undefined {
    return undefined
  }

  #given(values: Values): unknown {
    const [slot] = this.slots
    return slot && given(values, slot)
  }

  #encode(value: unknown, isComparing: boolean): AttributeValue {
    const stored = this.#stored(value, isComparing)
    if (typeof stored === 'string') throw this.#fail(stored)
    return stored
  }

  /** The stored form of a value, or the problem as text. */
  #stored(value: unknown, isComparing: boolean): AttributeValue | string {
    const report = new Report(false, isComparing)
    report.path.push(this.name)
    const stored = this.#field.encode(value, report)
    const [issue] = report.issues
    if (issue !== undefined || stored === undefined) return issue?.message ?? 'is missing'
    const content = stored[this.type]
    if (content === undefined) return `must be stored as ${this.type} to be a key`
    if (content.length === 0) return 'must not be empty, as it is a key'
    return this.#tooLong(stored) ?? stored
  }

  /** The problem of a stored value as an index key; `undefined` if there is none. (A row can lack an index key.) */
  misfit(stored: AttributeValue): string | undefined {
    const content = stored[this.type]
    if (content === undefined || content.length === 0)
      return `is a key of an index, so it must be ${TYPES[this.type]} that is not empty, or absent`
    const tooLong = this.#tooLong(stored)
    return tooLong && `is a key of an index, and ${tooLong}`
  }

  #tooLong(stored: AttributeValue): string | undefined {
    const content = stored.S ?? stored.B
    if (content === undefined || Buffer.byteLength(content) <= this.limit) return undefined
    return `has more than ${this.limit} bytes, which is DynamoDB's limit for a key`
  }

  #fail(problem: string): InvalidKey {
    return new InvalidKey(this.#model, this.name, `${this.name} ${problem}`, this.name)
  }
}

/** Whether a key sorts after another of its type. For params this is unknown, so `false`. */
const isBehind = (one: AttributeValue, other: AttributeValue): boolean => {
  if (!hasNoParam(one) || !hasNoParam(other)) return false
  if (one.N !== undefined && other.N !== undefined) return compareDecimals(one.N, other.N) > 0
  if (one.B !== undefined && other.B !== undefined) return Buffer.compare(one.B, other.B) > 0
  return one.S !== undefined && other.S !== undefined && compareText(one.S, other.S) > 0
}
