import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { checkOptions, InvalidModel } from '../errors.ts'
import { DateField, EpochField } from './dates.ts'
import { type Field, isAbsentable, MadeField, type Role } from './field.ts'
import { IntegerField } from './numbers.ts'
import type { Report } from './report.ts'

/** A field that keystorm itself writes. Its role is part of its type: verbs take or refuse a value by that. */
export interface Managed<T, R extends Role> extends Field<T, T | undefined, false> {
  readonly ' role': R

  /** For rows that were written before the model had this attribute. */
  optional(): Managed<T | undefined, R>
}

class ManagedField<T, R extends Role> extends MadeField<T, T | undefined, false> implements Managed<T, R> {
  declare readonly ' role': R
  readonly #of: MadeField<T>

  constructor(of: MadeField<T>, role: R, isOptional = false, fallback?: () => unknown) {
    super(undefined, { role, isOptional, ...(fallback && { fallback, isFixed: true }) })
    this.#of = of
  }

  override get core(): MadeField {
    return this.#of.core
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return this.#of.encode(value, report)
  }

  decode(stored: AttributeValue): T {
    // optional() put undefined into T
    return stored.NULL === true && isAbsentable(this) ? (this.absent() as T) : this.#of.decode(stored)
  }

  override optional(): Managed<T | undefined, R> {
    return new ManagedField<T | undefined, R>(this, this.traits.role as R, true) // the role given to the constructor
  }
}

/**
 * An optimistic lock: 1 when the item is created, and one more with each write. A put, update or delete that is given
 * an item with its version (as it was read) is refused with ConditionFailed if the item has changed since. `{ N }`; an
 * item from before the model had a version reads as 0.
 */
export const version = (): Managed<number, 'version'> => new ManagedField(new IntegerField(), 'version', false, () => 0)

/**
 * When the item was created: a Date, set by `create`, and by `put` unless it is given the one that was read; kept by
 * updates and upserts. `{ S }`, ISO 8601.
 */
export const createdAt = (): Managed<Date, 'createdAt'> => new ManagedField(new DateField(), 'createdAt')

/** When the item was last written: a Date, set by every write. `{ S }`, ISO 8601. */
export const updatedAt = (): Managed<Date, 'updatedAt'> => new ManagedField(new DateField(), 'updatedAt')

/** A time to live that each item has. */
export interface RequiredTtl extends Field<Date, Date, false> {
  readonly ' role': 'ttl'
}

/**
 * When DynamoDB may delete the item: a Date, stored as whole seconds since 1970. The table must have time to live
 * turned on for this attribute: `createTable(db, app)` does so. May be absent: then the item stays; with
 * `{ required: true }` each item has one. `{ N }`.
 */
export function ttl(): Managed<Date | undefined, 'ttl'>
export function ttl(options: { readonly required: true }): RequiredTtl
export function ttl(options: { readonly required?: boolean } = {}): Managed<Date | undefined, 'ttl'> | RequiredTtl {
  checkOptions('t.ttl()', options, ['required'], InvalidModel)
  if (!options.required) return new ManagedField(new EpochField(), 'ttl', true)
  const own: Field<unknown> = new ManagedField(new EpochField(), 'ttl')
  return own as RequiredTtl // it is not optional, and takes a Date only
}
