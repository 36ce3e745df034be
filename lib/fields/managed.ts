import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { checkFlag, checkOptions, InvalidModel } from '../errors.ts'
import { DateField, EpochField } from './dates.ts'
import { type Field, isAbsentable, MadeField, type Role } from './field.ts'
import { IntegerField } from './numbers.ts'
import type { Report } from './report.ts'

/** A field that keystorm itself writes. Verbs take or refuse a value by its role, which is part of the type. */
export interface Managed<T, R extends Role> extends Field<T, T | undefined, false> {
  readonly ' role': R

  /** Allows absence, for rows that were written before the model had this attribute. */
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
 * An optimistic lock: 1 when the item is created, and one more after each write. Stored as `{ N }`. A put, update or
 * delete that is given an item with the version that was read fails with ConditionFailed if the item has changed since.
 * An item without a version reads as 0.
 */
export const version = (): Managed<number, 'version'> => new ManagedField(new IntegerField(), 'version', false, () => 0)

/**
 * The creation time of the item: a Date. Stored as `{ S }`, ISO 8601. `create` sets it. `put` sets it too, unless the
 * given item has one from an earlier read. Updates and upserts keep it.
 */
export const createdAt = (): Managed<Date, 'createdAt'> => new ManagedField(new DateField(), 'createdAt')

/** The time of the last write: a Date. Stored as `{ S }`, ISO 8601. Every write sets it. */
export const updatedAt = (): Managed<Date, 'updatedAt'> => new ManagedField(new DateField(), 'updatedAt')

/** A time to live that every item must have. */
export interface RequiredTtl extends Field<Date, Date, false> {
  readonly ' role': 'ttl'
}

/**
 * The time when DynamoDB may delete the item: a Date. Stored as `{ N }`, whole seconds since 1970. The table must have
 * time to live enabled for this attribute; `createTable(db, app)` enables it. An item without a value stays. With
 * `{ required: true }` every item must have one.
 */
export function ttl(): Managed<Date | undefined, 'ttl'>
export function ttl(options: { readonly required: true }): RequiredTtl
export function ttl(options: { readonly required?: boolean } = {}): Managed<Date | undefined, 'ttl'> | RequiredTtl {
  checkOptions('t.ttl()', options, ['required'], InvalidModel)
  const { required = false } = options
  checkFlag('t.ttl()', 'required', required, InvalidModel)
  if (!required) return new ManagedField(new EpochField(), 'ttl', true)
  const own: Field<unknown> = new ManagedField(new EpochField(), 'ttl')
  return own as RequiredTtl // it is not optional, and takes only a Date
}
