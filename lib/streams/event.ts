import { describe } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import type { RawItem } from '../schema/raw.ts'
import { InvalidEvent } from './invalid-event.ts'

/** A record of DynamoDB Streams, as Lambda, EventBridge Pipes and GetRecords deliver it. */
export interface DynamoRecord {
  readonly eventID?: string | undefined
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined
  readonly dynamodb?:
    | {
        readonly Keys?: RawItem | undefined
        readonly NewImage?: RawItem | undefined
        readonly OldImage?: RawItem | undefined
        readonly SequenceNumber?: string | undefined
        readonly ApproximateCreationDateTime?: number | string | Date | undefined
      }
    | undefined
}

/** A record of Kinesis Data Streams, as EventBridge Pipes delivers it. Its data contain a DynamoDB record. */
export interface KinesisData {
  readonly data: string
  readonly sequenceNumber: string
}

/** A record of Kinesis Data Streams, as Lambda delivers it. */
export interface KinesisRecord {
  readonly kinesis: KinesisData
}

export type StreamRecord = DynamoRecord | KinesisRecord | KinesisData

/**
 * An event with changes: Lambda's event for DynamoDB Streams or Kinesis Data Streams, with `Records`; the list of
 * EventBridge Pipes; the output of GetRecords; or a single record. The types of `@types/aws-lambda` and of the SDK fit.
 */
export type StreamEvent =
  | { readonly Records?: readonly StreamRecord[] | undefined }
  | readonly StreamRecord[]
  | StreamRecord

type Members = Readonly<Record<string, unknown>>

const SOURCES: readonly unknown[] = ['aws:dynamodb', 'aws:kinesis', undefined, null]

/** The records of an event, which may be malformed. Throws InvalidEvent for an event of another service. */
export const recordsIn = (event: unknown): readonly unknown[] => {
  const records = recordListOf(event)
  for (const [place, record] of records.entries()) {
    if (!isPlain(record)) continue
    const source = record.eventSource ?? record.EventSource // the spelling of SNS
    if (!SOURCES.includes(source))
      throw new InvalidEvent('The event', `is not of DynamoDB's changes: its record ${place} is of ${describe(source)}`)
  }
  return records
}

const recordListOf = (event: unknown): readonly unknown[] => {
  if (Array.isArray(event)) return event
  if (!isPlain(event)) throw new InvalidEvent('The event', `must be one of Lambda's, but is ${describe(event)}`)
  if (isRecord(event)) return [event]
  if (Array.isArray(event.Records)) return event.Records
  throw new InvalidEvent('The event', `is not of DynamoDB's changes: its Records are ${describe(event.Records)}`)
}

const isRecord = (event: Members): boolean => isPlain(event.dynamodb) || kinesisIn(event) !== undefined

/** The Kinesis part of a record; `undefined` if it is not of Kinesis. */
const kinesisIn = (record: Members): Members | undefined => {
  if (isPlain(record.kinesis)) return record.kinesis
  return record.dynamodb === undefined && 'data' in record ? record : undefined
}

/** A DynamoDB record, and its number in the stream that delivered it. */
interface Opened {
  readonly record: Members
  readonly sequence: unknown
}

/**
 * Opens a record: a DynamoDB record as it is, a Kinesis record by its data. Returns the rest of an error sentence for
 * anything else.
 */
export const opened = (record: unknown): Opened | string => {
  if (!isPlain(record)) return `is no record, but ${describe(record)}`
  const kinesis = kinesisIn(record)
  if (kinesis === undefined) return { record, sequence: isPlain(record.dynamodb) && record.dynamodb.SequenceNumber }
  const { data, sequenceNumber } = kinesis
  if (typeof data !== 'string') return `has no data, but ${describe(data)}`
  const inner = jsonIn(Buffer.from(data, 'base64').toString())
  return isPlain(inner) ? { record: inner, sequence: sequenceNumber } : 'has data that are no JSON of a record'
}

/** Parses JSON; `undefined` for invalid JSON. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * The identifier by which to request a record again: the sequence number for Lambda, the event ID for EventBridge
 * Pipes.
 */
export const identifierOf = (record: unknown, isPipe: boolean): string | undefined => {
  if (!isPlain(record)) return undefined
  const dynamodb = isPlain(record.dynamodb) ? record.dynamodb : undefined
  const identifier = isPipe ? record.eventID : (kinesisIn(record)?.sequenceNumber ?? dynamodb?.SequenceNumber)
  return typeof identifier === 'string' && identifier !== '' ? identifier : undefined
}
