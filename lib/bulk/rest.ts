import crypto from 'node:crypto'
import { InvalidCursor, InvalidRequest } from '../errors.ts'
import { type CursorScope, readCursor, writeCursor } from '../plan/read/cursor.ts'
import { digestBy } from '../plan/read/digest.ts'
import type { StoredItem } from '../schema/definition.ts'

/** How far one part of a read was taken: nothing, everything, or up to this key. */
export type Reached = 'start' | 'end' | StoredItem

/** What a run left over. */
export interface Rest {
  /** An id of the first run, which all resumed runs share. */
  readonly run: string
  /** When the run ended, in milliseconds since 1970; or when the first left-over write may have taken effect. */
  readonly at: number
  /** The number of items taken from the read. */
  readonly taken: number
  readonly reached: readonly Reached[]
  /** The keys of items that were taken and may not be done. */
  readonly left: readonly StoredItem[]
}

/** The error for a wrong argument of resume(). */
export const REST = 'resume() takes the rest of an error of the same read and verb, as it was'

const VERSION = 1

const digest = digestBy(crypto)

/** Writes the rest of a run as text, bound to its verb and its read. */
export const writeRest = (verb: string, scope: CursorScope, { run, at, taken, reached, left }: Rest): string => {
  const cursor = (position: StoredItem | undefined) => writeCursor(digest, scope, { isBackward: false, position })
  const from = reached.map(place => (typeof place === 'string' ? place : cursor(place)))
  const parts = [VERSION, verb, cursor(undefined), run, at, taken, from, left.map(cursor)]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads a rest. Throws InvalidRequest for anything that is no rest of this verb and this read. */
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
      reached: listOf(from).map(place => (place === 'start' || place === 'end' ? place : (position(place) ?? 'start'))),
      left: listOf(left).map(key => position(key) ?? {})
    }
    if (rest.reached.length > 0 && writeRest(verb, scope, rest) === text) return rest
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
