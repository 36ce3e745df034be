import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { dateCodec, dayCodec, timeOf } from '../keys/codec.ts'
import { FIRST_INSTANT, instantOf, LAST_INSTANT } from '../keys/iso.ts'
import { decimalOf, isStorable, showDecimal, simpleNumber } from './decimal.ts'
import { type Field, MadeField, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

export class DateField extends MadeField<Date, Date, true> {
  constructor() {
    super(dateCodec)
  }

  override get scalar() {
    return 'S' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const text = dateCodec.encode(value)
    return text === undefined ? report.misfit(value, dateCodec.expects, { type: 'S', codec: dateCodec }) : { S: text }
  }

  decode(stored: AttributeValue): Date {
    if (typeof stored.S !== 'string') throw misfit('a date as text', stored)
    const date = dateOf(stored.S)
    if (date !== undefined) return date
    throw new Misfit(`a date was expected, but the text is ${describe(stored.S)}`)
  }
}

const ISO = /^\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?)?$/
const ZONE = /[+-]\d\d:?\d\d$/

/** Parses ISO 8601, in UTC if the text names no zone. Other texts that JavaScript's Date accepts are refused. */
const dateOf = (text: string): Date | undefined => {
  const instant = instantOf(text)
  if (instant !== undefined) return new Date(instant)
  if (!ISO.test(text)) return undefined
  const date = new Date(text.length > 10 && !text.endsWith('Z') && !ZONE.test(text) ? `${text}Z` : text)
  const time = date.getTime()
  return time >= FIRST_INSTANT && time <= LAST_INSTANT ? date : undefined // false for NaN
}

class DayField extends MadeField<string, string, true> {
  constructor() {
    super(dayCodec)
  }

  override get scalar() {
    return 'S' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const text = dayCodec.encode(value)
    return text === undefined ? report.misfit(value, dayCodec.expects, { type: 'S', codec: dayCodec }) : { S: text }
  }

  decode(stored: AttributeValue): string {
    if (typeof stored.S !== 'string') throw misfit('a day as text', stored)
    if (dayCodec.encode(stored.S) !== undefined) return stored.S
    throw new Misfit(`a day was expected, but the text is ${describe(stored.S)}`)
  }
}

export class EpochField extends MadeField<Date, Date, false> {
  override get scalar() {
    return 'N' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const time = timeOf(value)
    const { isComparing: isExact } = report
    if (time === undefined) return report.misfit(value, 'a valid Date', { type: 'N', codec: dateCodec, isExact })
    return { N: String(isExact ? time / 1000 : Math.floor(time / 1000)) }
  }

  decode(stored: AttributeValue): Date {
    const text = stored.N ?? stored.S
    if (typeof text !== 'string') throw misfit('seconds since 1970', stored)
    const date = new Date(Math.floor(simpleNumber(text) ?? secondsOf(text)) * 1000)
    if (Number.isNaN(date.getTime()))
      throw new Misfit(`seconds since 1970 were expected, but the value is ${describe(text)}`)
    return date
  }
}

const secondsOf = (text: string): number => {
  const decimal = decimalOf(text)
  return decimal && isStorable(decimal) ? Number(showDecimal(decimal)) : Number.NaN
}

/**
 * A Date of the years 0 to 9999. Stored as `{ S }`, and in keys, as ISO 8601 in UTC with milliseconds, so text order is
 * time order: `2026-01-01T00:00:00.000Z`.
 */
export const date = (): Field<Date, Date, true> => new DateField()

/**
 * A day without a time, of the years 0000 to 9999, as the text `2026-11-25`. It is the same text in the program, in
 * keys and in the table (`{ S }`), so text order is day order. (A Date could be another day in another time zone.) A
 * day that does not exist, such as `2026-02-30`, throws InvalidItem or InvalidKey on a write and UndecodableItem on a
 * read.
 *
 * ```ts
 * model('Shift').pk('team').sk('day').fields({ day: t.day() })   // SK  D#2026-11-25
 * ```
 */
export const day = (): Field<string, string, true> => new DayField()

/**
 * A Date, stored as whole seconds since 1970: `{ N }`. A write drops the milliseconds. Conditions compare the exact
 * instant.
 */
export const epoch = (): Field<Date, Date, false> => new EpochField()
