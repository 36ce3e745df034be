import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidModel, type Issue } from '../errors.ts'
import type { KeyCodec } from '../keys/codec.ts'
import { Param } from '../keys/param.ts'
import type { Attributes } from './attributes.ts'
import { asRead, defaultOf } from './default.ts'
import { Misfit, type Report } from './report.ts'

/** What keystorm itself does with an attribute. */
export type Role = 'version' | 'createdAt' | 'updatedAt' | 'ttl'

/** Whether values can stand in a key, or must be this one. */
export type KeyRole = boolean | 'constant'

/** What a field says beside how its values are stored. */
export interface Traits {
  /** May be absent. */
  readonly isOptional?: boolean
  /** May be null. */
  readonly isNullable?: boolean
  /** Makes the value of an absent attribute, on write and on read. */
  readonly fallback?: () => unknown
  /** Whether that is the same value each time, and as a read gives it. */
  readonly isFixed?: boolean
  /** Why the value that is the same each time does not fit. */
  readonly unfit?: readonly Issue[]
  readonly role?: Role
  /** Is stored in keys, and not beside them. */
  readonly isOnlyInKeys?: boolean
}

/**
 * What an attribute is. Immutable; made by `t.*`. `Output` is what a read gives, `Input` what a write takes, `Keyable` whether
 * it can stand in a key, and whether it is constant there, as it has one possible value.
 */
export interface Field<Output, Input = Output, Keyable extends KeyRole = KeyRole> {
  readonly ' output': Output
  readonly ' input': Input
  readonly ' keyable': Keyable

  /** The attribute may be absent: not given to a write, not there on a read. */
  optional(): Field<Output | undefined, Input | undefined, Keyable>

  /** The attribute may be null, stored as NULL. */
  nullable(): Field<Output | null, Input | null, false>

  /**
   * The attribute stands in keys of its model, and is not stored once more beside them: reads take it from a key. Conditions
   * and filters cannot ask for it. For tables whose rows are so.
   *
   * ```ts
   * app.model('User').pk(text('USER#{id}')).sk(text('PROFILE')).fields({ id: t.string().onlyInKeys() })
   * ```
   */
  onlyInKeys(): Field<Output, Input, Keyable>

  /**
   * The value where none is given to a write, and where a read finds none, or NULL: an attribute that is added later
   * needs no migration. A function is called each time. Reads give it as they would give it had it been stored. One that
   * does not fit is InvalidModel where the model is made; what a function gives, InvalidItem on a write and UndecodableItem
   * on a read.
   *
   * ```ts
   * t.map({ day: t.int().default(5) }).default({})   // absent: { day: 5 }
   * ```
   */
  default(value: Input | (() => Input)): Field<Exclude<Output, undefined>, Input | undefined, Keyable>
}

export type AnyField = Field<unknown>

/** A field as the library reads it: how a value is checked and written as an AttributeValue, and read back from one. */
export abstract class MadeField<Output = unknown, Input = Output, Keyable extends KeyRole = KeyRole>
  implements Field<Output, Input, Keyable>
{
  declare readonly ' output': Output
  declare readonly ' input': Input
  declare readonly ' keyable': Keyable

  constructor(
    /** How values stand in keys; absent where they cannot. */
    readonly codec: KeyCodec | undefined = undefined,
    readonly traits: Traits = {}
  ) {}

  /** The stored form of a value; where it does not fit, `undefined` and an issue in the report. */
  abstract encode(value: unknown, report: Report): AttributeValue | undefined

  /** The value of a stored form; of a `partial` one, attributes of maps may be missing. Throws Misfit. */
  abstract decode(stored: AttributeValue, partial?: boolean): Output

  /** The value of an attribute that a stored item does not have. Throws Misfit if it must have one. */
  absent(): Output | undefined {
    const { isOptional, fallback, isFixed } = this.traits
    const value = fallback?.()
    if (isOptional && value === undefined) return undefined
    if (fallback === undefined) throw new Misfit('is missing')
    return (isFixed ? value : asRead(this, value)) as Output // default() and asRead() have asked this field
  }

  /** What is wrong with the defaults of this field and of those inside, each at its path. */
  get unfitDefaults(): readonly Issue[] {
    return this.traits.unfit ?? []
  }

  /** Whether it is a map: a plain object in a condition or change goes into it. */
  get isMap(): boolean {
    return false
  }

  /** Whether a plain object in an update changes what it names inside, and does not replace all. */
  get takesParts(): boolean {
    return false
  }

  /** The field of what is inside: of a map's attribute or a list's element. */
  step(_step: string | number): MadeField | undefined {
    return undefined
  }

  /** The field of what `contains()` may look for inside. */
  get element(): MadeField | undefined {
    return undefined
  }

  /** The named attributes of a map, whose fields say what a read makes of absent ones. */
  get members(): Attributes | undefined {
    return undefined
  }

  /** Without what `.optional()`, `.nullable()` and `.default()` say. */
  get core(): MadeField {
    return this
  }

  /** Which of JSON's scalars all its values are stored as. */
  get scalar(): 'S' | 'N' | 'BOOL' | undefined {
    return undefined
  }

  /** The type that all its values are stored as, where that can be a key's. */
  get storage(): 'S' | 'N' | 'B' | 'BOOL' | undefined {
    return this.scalar
  }

  /** Whether all that another core stores are values of this one, so that they may be copied. */
  takes(source: MadeField): boolean {
    return source.constructor === this.constructor
  }

  optional(): Field<Output | undefined, Input | undefined, Keyable> {
    return new Wrapped<Output | undefined, Input | undefined, Keyable>(this, { ...this.traits, isOptional: true })
  }

  nullable(): Field<Output | null, Input | null, false> {
    return new Wrapped<Output | null, Input | null, false>(this, { ...this.traits, isNullable: true })
  }

  onlyInKeys(): Field<Output, Input, Keyable> {
    return new Wrapped<Output, Input, Keyable>(this, { ...this.traits, isOnlyInKeys: true })
  }

  default(value: Input | (() => Input)): Field<Exclude<Output, undefined>, Input | undefined, Keyable> {
    const traits = { ...this.traits, ...defaultOf(this, value) }
    return new Wrapped<Exclude<Output, undefined>, Input | undefined, Keyable>(this, traits)
  }
}

/** Whether what one attribute has is always a value of another. */
export const canCopy = (source: MadeField, target: MadeField): boolean =>
  (target.traits.isNullable === true || !source.traits.isNullable) && target.core.takes(source.core)

class Wrapped<Output, Input, Keyable extends KeyRole> extends MadeField<Output, Input, Keyable> {
  readonly #of: MadeField

  constructor(of: MadeField, traits: Traits) {
    super(of.codec, traits)
    this.#of = of instanceof Wrapped ? of.#of : of // these traits have its own
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (value === null && this.traits.isNullable) return { NULL: true }
    return value instanceof Param ? this.#encodeParam(value, report) : this.#of.encode(value, report)
  }

  #encodeParam(value: Param, report: Report): AttributeValue | undefined {
    const { isNullable = false, isOptional = false } = this.traits
    const of = (inner: Param) => this.#of.encode(inner, report)
    if (!isNullable && !(isOptional && value.isOptional)) return of(value)
    return report.misfit(value, '', { type: 'wrapped', isNullable, of })
  }

  decode(stored: AttributeValue, partial?: boolean): Output {
    if (stored.NULL === true) {
      if (this.traits.isNullable) return null as Output // nullable() put null into Output
      if (isAbsentable(this)) return this.absent() as Output // optional() put undefined into Output, default() took it out
    }
    return this.#of.decode(stored, partial) as Output // the other values are those of the field inside
  }

  override get unfitDefaults(): readonly Issue[] {
    return [...super.unfitDefaults, ...this.#of.unfitDefaults]
  }

  override get core(): MadeField {
    return this.#of.core
  }

  override get isMap(): boolean {
    return this.#of.isMap
  }

  override get takesParts(): boolean {
    return this.#of.takesParts
  }

  override step(step: string | number): MadeField | undefined {
    return this.#of.step(step)
  }

  override get element(): MadeField | undefined {
    return this.#of.element
  }
}

/** Whether an attribute may be missing from a row: then NULL there is no more than that. STORM wrote NULL for what is not set. */
export const isAbsentable = ({ traits }: MadeField): boolean =>
  traits.isOptional === true || traits.fallback !== undefined

/** Refuses what is no field: programs without types may give anything. Throws InvalidModel. */
export const checkField = <Output, Input>(where: string, of: Field<Output, Input>): MadeField<Output, Input> => {
  if (of instanceof MadeField) return of
  throw new InvalidModel(where, `takes a field that t.* has made, such as t.string(), but got ${describe(of)}`)
}

/** Refuses what is no field, and one of elements that need not be there. Throws InvalidModel. */
export const checkElement = <Output, Input>(where: string, of: Field<Output, Input>): MadeField<Output, Input> => {
  const field = checkField(where, of)
  if (!isAbsentable(field)) return field
  throw new InvalidModel(where, 'a list, set or record has no absent elements; drop .optional() or .default()')
}

/** Whether a stored map is one. What a client of the user's own, or a row from elsewhere, has in its place may be anything. */
export const isStoredMap = (map: unknown): map is Readonly<Record<string, AttributeValue>> =>
  typeof map === 'object' && map !== null && !Array.isArray(map)

/** The misfit of a stored value that has another type than the field. */
export const misfit = (expected: string, stored: AttributeValue): Misfit =>
  new Misfit(`${expected} was expected, but the stored type is ${Object.keys(stored)[0] ?? 'unknown'}`)
