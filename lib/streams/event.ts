import { describe } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import type { RawItem } from '../schema/raw.ts'
import { InvalidEvent } from './invalid-event.ts'

/** A record of DynamoDB Streams, as Lambda, EventBridge Pipes and GetRecords give it. */
export interface DynamoRecord {
  readonly eventID?: string | undefined
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined
  readonly dynamodb?:
    | {
        readonly Keys?: RawItem | undefined
        readonly NewImage?: RawItem | undefined
        readonly OldImage?: RawItem | undefined
        readonly SequenceNumber?: string | undefined
        readonly ApproximateCreationDateTime?: number | Date | undefined
      }
    | undefined
}

/** A record of Kinesis Data Streams, as EventBridge Pipes gives it: its data are a record of DynamoDB's. */
export interface KinesisData {
  readonly data: string
  readonly sequenceNumber: string
}

/** The same as Lambda gives it. */
export interface KinesisRecord {
  readonly kinesis: KinesisData
}

export type StreamRecord = DynamoRecord | KinesisRecord | KinesisData

/**
 * An event that brings changes: of Lambda from DynamoDB Streams or Kinesis Data Streams, with `Records`; of EventBridge Pipes,
 * a list; what GetRecords answers; or a single record. The types of `@types/aws-lambda` and of the SDK fit.
 */
export type StreamEvent =
  | { readonly Records?: readonly StreamRecord[] | undefined }
  | readonly StreamRecord[]
  | StreamRecord

type Members = Readonly<Record<string, unknown>>

const SOURCES: readonly unknown[] = ['aws:dynamodb', 'aws:kinesis', undefined, null]

/** The records of an event, which need not be whole ones. Throws InvalidEvent where it is another service's. */
export const recordsIn = (event: unknown): readonly unknown[] => {
  const records = recordListOf(event)
  for (const [place, record] of records.entries()) {
    if (!isPlain(record)) continue
    const source = record.eventSource ?? record.EventSource // of SNS
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

/** What Kinesis says of a record that it brings. */
const kinesisIn = (record: Members): Members | undefined => {
  if (isPlain(record.kinesis)) return record.kinesis
  return record.dynamodb === undefined && 'data' in record ? record : undefined
}

/** A record of DynamoDB's, and its number in the stream that brings it. */
export interface Opened {
  readonly record: Members
  readonly sequence: unknown
}

/** The record in a record: itself, or what the data of Kinesis hold. Throws a sentence's end where it is none. */
export const opened = (record: unknown): Opened | string => {
  if (!isPlain(record)) return `is no record, but ${describe(record)}`
  const kinesis = kinesisIn(record)
  if (kinesis === undefined) return { record, sequence: isPlain(record.dynamodb) && record.dynamodb.SequenceNumber }
  const { data, sequenceNumber } = kinesis
  if (typeof data !== 'string') return `has no data, but ${describe(data)}`
  const inner = jsonIn(Buffer.from(data, 'base64').toString())
  return isPlain(inner) ? { record: inner, sequence: sequenceNumber } : 'has data that are no JSON of a record'
}

/** What a text of JSON says; `undefined` where it is none. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What the source calls a record when it is asked for again: Lambda its number, EventBridge Pipes its ID. */
export const identifierOf = (record: unknown, isPipe: boolean): string | undefined => {
  if (!isPlain(record)) return undefined
  const dynamodb = isPlain(record.dynamodb) ? record.dynamodb : undefined
  const identifier = isPipe ? record.eventID : (kinesisIn(record)?.sequenceNumber ?? dynamodb?.SequenceNumber)
  return typeof identifier === 'string' && identifier !== '' ? identifier : undefined
}
