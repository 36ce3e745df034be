import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Unsendable } from '../errors.ts'
import { dateCodec, type KeyCodec } from './codec.ts'
import type { Escaping } from './escaping.ts'
import { isoOf } from './iso.ts'

/** An expression in place of a value that only a state machine knows. `param` of keystorm/jsonata makes it. */
export class Param {
  readonly #isParam = true

  constructor(
    readonly expression: string,
    /** Whether the value may be absent. */
    readonly isOptional: boolean
  ) {
    Object.freeze(this)
  }

  /** A private field identifies params: this works for any value, revoked proxies included, and cannot be forged. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #isParam in value
  }

  /** Types let a param pass as a text or number, but its value is unknown here, so converting it throws. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `The param ${this.expression} has no value here: what is to be made of it must be said in its expression.`
    )
  }
}

// For most values, typeof alone tells, and is faster.
export const isParam = (value: unknown): value is Param => typeof value === 'object' && value instanceof Param

/**
 * The use of a param in a key: as a value, as a bound of a range, as the text just before a bound, or as the start of a
 * value.
 */
export type KeyUse = 'value' | 'bound' | 'before' | 'start'

/** The place of a param in a key. */
export interface KeyPlace {
  readonly model: string
  readonly key: string
  readonly attribute: string
  readonly codec: KeyCodec
  /** How delimiters in values are escaped; `undefined` in raw keys. */
  readonly escaping: Escaping | undefined
  /** The first character after the value; '' at the end of the key. */
  readonly follower: string
  readonly use: KeyUse
}

/** A text, number, boolean or bytes. */
export interface ScalarKind {
  readonly type: 'S' | 'N' | 'BOOL' | 'B'
  readonly codec?: KeyCodec | undefined
  /** Of an instant in seconds: whether it keeps its milliseconds. */
  readonly isExact?: boolean
}

/** The type of value that a param stands for in a field. */
export type ParamKind =
  | ScalarKind
  | { readonly type: 'list' | 'record' | 'set'; readonly each: (element: Param) => AttributeValue | undefined }
  | {
      readonly type: 'wrapped'
      readonly isNullable: boolean
      readonly of: (inner: Param) => AttributeValue | undefined
    }
  | { readonly type: 'any' }

/** Writes the text of params while a command is compiled. The compilers treat these texts like any others. */
export interface ParamWriter {
  key(param: Param, place: KeyPlace): string
  value(param: Param, kind: ParamKind, path: readonly (string | number)[]): AttributeValue
  text(param: Param): string
  /** A param for one member of a param that is a map. */
  member(param: Param, name: string, isOptional: boolean): Param
  /** A param for a param's number plus one. */
  next(param: Param): Param
  /** A param that falls back to this value if it is absent. */
  orElse(param: Param, fallback: unknown): Param
}

let writer: ParamWriter | undefined

/** Runs `compile` with this writer for its params. `compile` must be synchronous. */
export const compileWith = <T>(by: ParamWriter, compile: () => T): T => {
  const outer = writer
  writer = by
  try {
    return compile()
  } finally {
    writer = outer
  }
}

/** The current writer. Throws Unsendable if there is none: then the command is compiled to be sent. */
export const writerFor = ({ expression }: Param): ParamWriter => {
  if (writer === undefined) throw new Unsendable(expression)
  return writer
}

/** Whether a stored value holds no param. The writer's text for a param is not well-formed. */
export const hasNoParam = (content: unknown): boolean => {
  if (typeof content === 'string') return content.isWellFormed()
  if (typeof content !== 'object' || content === null || ArrayBuffer.isView(content)) return true
  return Object.values(content).every(hasNoParam)
}

/** A text of a command that is not an item's value, such as its table name. It can be a param too. */
export const textOf = (text: unknown): string | undefined => {
  if (typeof text === 'string') return text
  return text instanceof Param ? writerFor(text).text(text) : (text as undefined) // the caller has checked the type
}

const NOW = new Param('$now()', false)

/** Gives the present time, in place of the machine's clock. */
export type Clock = () => Date

/** The present time: the state machine's, if the command is compiled for one. */
export const now = (clock?: Clock): Date | Param => (writer === undefined ? (clock?.() ?? new Date()) : NOW)

/** The time of a write, as stored. */
export const storedNow = (clock?: Clock): AttributeValue => {
  const time = now(clock)
  return time instanceof Param
    ? writerFor(time).value(time, { type: 'S', codec: dateCodec }, [])
    : { S: isoOf(time.getTime()) ?? time.toISOString() }
}
