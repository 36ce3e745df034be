import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { KeyCodec } from '../keys/codec.ts'
import { Misfit, type Report } from './report.ts'

/**
 * What an attribute is: how a value is checked and written as an AttributeValue, and read back from one. Immutable; made
 * by `t.*`. `Output` is what a read gives, `Input` what a write takes, `Keyable` whether it can stand in a key.
 */
export abstract class Field<Output, Input = Output, Keyable extends boolean = boolean> {
  declare readonly '~output': Output
  declare readonly '~input': Input
  declare readonly '~keyable': Keyable

  constructor(
    /** How values stand in keys; absent where they cannot. */
    readonly codec: KeyCodec | undefined = undefined,
    /** Whether the attribute may be absent. */
    readonly isOptional: boolean = false
  ) {}

  /** The stored form of a value; where it does not fit, `undefined` and an issue in the report. */
  abstract encode(value: unknown, report: Report): AttributeValue | undefined

  /** The value of a stored form. Throws Misfit. */
  abstract decode(stored: AttributeValue): Output

  /** The attribute may be absent: not given to a write, not there on a read. */
  optional(): Field<Output | undefined, Input | undefined, Keyable> {
    return new Optional(this)
  }
}

export type AnyField = Field<unknown>

class Optional<Output, Input, Keyable extends boolean> extends Field<Output | undefined, Input | undefined, Keyable> {
  readonly #of: Field<Output, Input, Keyable>

  constructor(of: Field<Output, Input, Keyable>) {
    super(of.codec, true)
    this.#of = of
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    return this.#of.encode(value, report)
  }

  /** STORM writes NULL for what is not set. */
  decode(stored: AttributeValue): Output | undefined {
    return stored.NULL === true ? undefined : this.#of.decode(stored)
  }
}

/** The misfit of a stored value that has another type than the field. */
export const misfit = (expected: string, stored: AttributeValue): Misfit =>
  new Misfit(`${expected} was expected, but the stored type is ${Object.keys(stored)[0] ?? 'unknown'}`)
