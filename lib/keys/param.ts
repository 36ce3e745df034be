import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Unsendable } from '../errors.ts'
import { dateCodec, type KeyCodec } from './codec.ts'
import type { Escaping } from './escaping.ts'

/** An expression in the place of a value that only a state machine knows. Made by `param` of keystorm/jsonata. */
export class Param {
  readonly #isParam = true

  constructor(
    readonly expression: string,
    /** Whether there may be no value. */
    readonly isOptional: boolean
  ) {
    Object.freeze(this)
  }

  /** Asked of whatever is given, revoked proxies and what has this prototype included. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && #isParam in value
  }

  /** To the compiler it is a text or a number, but nothing can be made of it here. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `The param ${this.expression} has no value here: what is to be made of it must be said in its expression.`
    )
  }
}

export const isParam = (value: unknown): boolean => value instanceof Param

/** How a param stands in a key: as a value, as a bound of a range or the text just before it, or as what a value begins with. */
export type KeyUse = 'value' | 'bound' | 'before' | 'start'

/** The place of a param in a key. */
export interface KeyPlace {
  readonly model: string
  readonly key: string
  readonly attribute: string
  readonly codec: KeyCodec
  /** How values are kept apart; where they stand raw, they are not. */
  readonly escaping: Escaping | undefined
  /** The first character behind the value; '' at the end of the key. */
  readonly follower: string
  readonly use: KeyUse
}

/** A text, number, boolean or bytes. */
export interface ScalarKind {
  readonly type: 'S' | 'N' | 'BOOL' | 'B'
  readonly codec?: KeyCodec | undefined
  /** Of an instant in seconds, its milliseconds too. */
  readonly isExact?: boolean
}

/** What a field takes, where a param stands instead. */
export type ParamKind =
  | ScalarKind
  | { readonly type: 'list' | 'record' | 'set'; readonly each: (element: Param) => AttributeValue | undefined }
  | {
      readonly type: 'wrapped'
      readonly isNullable: boolean
      readonly of: (inner: Param) => AttributeValue | undefined
    }
  | { readonly type: 'any' }

/** Writes what stands for params while a command is compiled. Its texts flow through the compilers like any other. */
export interface ParamWriter {
  key(param: Param, place: KeyPlace): string
  value(param: Param, kind: ParamKind, path: readonly (string | number)[]): AttributeValue
  text(param: Param): string
  /** What a map that is a param has under a name. */
  member(param: Param, name: string, isOptional: boolean): Param
  /** A number that is a param, and one more. */
  next(param: Param): Param
  /** A param that may be absent, or this value then. */
  orElse(param: Param, fallback: unknown): Param
}

let writer: ParamWriter | undefined

/** Gives what `compile` gives, with this writer for its params. Nothing in there may wait. */
export const compileWith = <T>(by: ParamWriter, compile: () => T): T => {
  const outer = writer
  writer = by
  try {
    return compile()
  } finally {
    writer = outer
  }
}

/** Throws Unsendable where a command is compiled to be sent. */
export const writerFor = ({ expression }: Param): ParamWriter => {
  if (writer === undefined) throw new Unsendable(expression)
  return writer
}

/** A text of a command that is no value of an item, such as the name of its table: it may be a param all the same. */
export const textOf = (text: unknown): string | undefined => {
  if (typeof text === 'string') return text
  return text instanceof Param ? writerFor(text).text(text) : (text as undefined) // who takes it has seen to it
}

const NOW = new Param('$now()', false)

/** Tells the present time, in the place of the machine's clock. */
export type Clock = () => Date

/** The present time: that of the state machine, if it is one that will send the command. */
export const now = (clock?: Clock): Date | Param => (writer === undefined ? (clock?.() ?? new Date()) : NOW)

/** The time of a write as it is stored. */
export const storedNow = (clock?: Clock): AttributeValue => {
  const time = now(clock)
  return time instanceof Param
    ? writerFor(time).value(time, { type: 'S', codec: dateCodec }, [])
    : { S: time.toISOString() }
}
