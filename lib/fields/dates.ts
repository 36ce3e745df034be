import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { dateCodec } from '../keys/codec.ts'
import { Field, misfit } from './field.ts'
import { Misfit, type Report } from './report.ts'

class DateField extends Field<Date, Date, true> {
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
    if (stored.S === undefined) throw misfit('a date as text', stored)
    const date = new Date(stored.S)
    if (Number.isNaN(date.getTime())) throw new Misfit(`a date was expected, but the text is ${describe(stored.S)}`)
    return date
  }
}

class EpochField extends Field<Date, Date, false> {
  override get scalar() {
    return 'N' as const
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    const valid = value instanceof Date && !Number.isNaN(value.getTime())
    return valid
      ? { N: String(Math.floor(value.getTime() / 1000)) }
      : report.misfit(value, 'a valid Date', { type: 'N', codec: dateCodec })
  }

  decode(stored: AttributeValue): Date {
    const text = stored.N ?? stored.S
    const date = new Date(Number(text ?? 'none') * 1000)
    if (text === undefined || text.trim() === '') throw misfit('seconds since 1970', stored)
    if (Number.isNaN(date.getTime()))
      throw new Misfit(`seconds since 1970 were expected, but the value is ${describe(text)}`)
    return date
  }
}

/**
 * A Date of the years 0 to 9999. Stored, and in keys, as ISO 8601 in UTC with milliseconds, so that text order is
 * time order: `2026-01-01T00:00:00.000Z`.
 */
export const date = (): Field<Date, Date, true> => new DateField()

/** A Date, stored as whole seconds since 1970, so that milliseconds are dropped. `{ N }`. */
export const epoch = (): Field<Date, Date, false> => new EpochField()
