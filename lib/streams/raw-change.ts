import { describe } from '../errors.ts'
import { isPlain } from '../fields/kinds.ts'
import type { RawItem } from '../schema/raw.ts'
import type { ChangeKind, OtherChange } from './change.ts'
import { opened } from './event.ts'
import { InvalidEvent } from './invalid-event.ts'

/** A change as its record has it, before any model decodes it. */
export interface RawChange {
  /** The record's name in error messages. */
  readonly name: string
  readonly place: number
  readonly change: OtherChange
}

type Members = Readonly<Record<string, unknown>>

const KINDS: Readonly<Record<string, ChangeKind>> = { INSERT: 'created', MODIFY: 'modified', REMOVE: 'removed' }

/** Reads the change in a record of an event. Throws InvalidEvent. */
export const rawChange = (record: unknown, place: number): RawChange => {
  const name = `Record ${place} of the event`
  const fail = (problem: string) => new InvalidEvent(name, problem, place)
  const found = opened(record)
  if (typeof found === 'string') throw fail(found)
  const { eventName, dynamodb, userIdentity } = found.record
  if (!isPlain(dynamodb)) throw fail(`has no member dynamodb, but ${describe(dynamodb)}`)
  const kind = typeof eventName === 'string' && Object.hasOwn(KINDS, eventName) ? KINDS[eventName] : undefined
  if (kind === undefined) throw fail(`is of ${describe(eventName)}, and not of INSERT, MODIFY or REMOVE`)
  const { sequence } = found
  if (typeof sequence !== 'string' || sequence === '') throw fail(`has no sequence number, but ${describe(sequence)}`)
  const key = image(dynamodb, 'Keys', fail)
  if (key === undefined || Object.keys(key).length === 0) throw fail('has no Keys')
  const change: OtherChange = {
    model: undefined,
    kind,
    before: image(dynamodb, 'OldImage', fail),
    after: image(dynamodb, 'NewImage', fail),
    key,
    expired: kind === 'removed' && isTimeToLive(userIdentity),
    sequence,
    at: timeOf(dynamodb.ApproximateCreationDateTime),
    record: found.record
  }
  return { name, place, change }
}

/** The image under a name in a record; `undefined` if there is none. */
export const image = (record: Members, name: string, fail: (problem: string) => InvalidEvent): RawItem | undefined => {
  const row = record[name] ?? undefined
  if (row === undefined) return undefined
  if (!isPlain(row)) throw fail(`has a member ${name} that is no row, but ${describe(row)}`)
  return row as RawItem // the decoder checks its values
}

/** Deletes by users have another identity. GetRecords capitalizes the members. */
const isTimeToLive = (identity: unknown): boolean => {
  if (!isPlain(identity)) return false
  const { type = identity.Type, principalId = identity.PrincipalId } = identity
  return type === 'Service' && principalId === 'dynamodb.amazonaws.com'
}

/** Streams give seconds, Kinesis milliseconds or microseconds, and the SDK a Date, which is text after JSON. */
const timeOf = (time: unknown): Date | undefined => {
  if (time instanceof Date) return time
  if (typeof time === 'string') return Number.isNaN(Date.parse(time)) ? undefined : new Date(time)
  if (typeof time !== 'number') return undefined
  return new Date(time < 1e11 ? time * 1_000 : time < 1e14 ? time : time / 1_000)
}
