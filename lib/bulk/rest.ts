import crypto from 'node:crypto'
import { InvalidCursor, InvalidRequest } from '../errors.ts'
import { type CursorScope, readCursor, writeCursor } from '../plan/read/cursor.ts'
import { digestBy } from '../plan/read/digest.ts'
import type { StoredItem } from '../schema/definition.ts'

/** Up to where a part of a read was taken: to its start, to its end, or to this key. */
export type Place = 'start' | 'end' | StoredItem

/** What is left of a run. */
export interface Rest {
  /** Of what begins a run, all of its later parts included. */
  readonly run: string
  /** When it ended, in milliseconds; or since when the first of those that are left may have been carried out. */
  readonly at: number
  /** How many items were taken from the read. */
  readonly taken: number
  readonly places: readonly Place[]
  /** The keys of items that were taken, and are not known to be done. */
  readonly left: readonly StoredItem[]
}

/** What resume() takes. */
export const REST = 'resume() takes the rest of an error of the same read and verb, as it was'

const VERSION = 1

const digest = digestBy(crypto)

/** What is left of a run as text, bound to its verb and its read. */
export const writeRest = (verb: string, scope: CursorScope, { run, at, taken, places, left }: Rest): string => {
  const cursor = (position: StoredItem | undefined) => writeCursor(digest, scope, { isBackward: false, position })
  const from = places.map(place => (typeof place === 'string' ? place : cursor(place)))
  const parts = [VERSION, verb, cursor(undefined), run, at, taken, from, left.map(cursor)]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Throws InvalidRequest for whatever is no rest of a run of this verb and this read. */
export const readRest = (verb: string, scope: CursorScope, text: unknown): Rest => {
  const refusal = (options?: ErrorOptions) => new InvalidRequest(verb, REST, options)
  const parts = partsOf(text)
  if (parts === undefined || parts[1] !== verb) throw refusal()
  const [, , whole, run, at, taken, from, left] = parts
  try {
    const position = (cursor: unknown) => readCursor(digest, scope, cursor).position
    position(whole)
    const rest = {
      run: String(run),
      at: Number(at),
      taken: Number(taken),
      places: listOf(from).map(place => (place === 'start' || place === 'end' ? place : (position(place) ?? 'start'))),
      left: listOf(left).map(key => position(key) ?? {})
    }
    if (rest.places.length > 0 && writeRest(verb, scope, rest) === text) return rest
  } catch (cause) {
    if (!(cause instanceof InvalidCursor)) throw cause
    throw refusal({ cause })
  }
  throw refusal()
}

const partsOf = (text: unknown): readonly unknown[] | undefined => {
  if (typeof text !== 'string') return undefined
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) && parts[0] === VERSION ? parts : undefined
  } catch {
    return undefined
  }
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
