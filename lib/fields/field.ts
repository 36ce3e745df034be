import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, InvalidModel, type Issue } from '../errors.ts'
import type { KeyCodec } from '../keys/codec.ts'
import { isParam, type Param } from '../keys/param.ts'
import type { Attributes } from './attributes.ts'
import { readBack, traitsOfDefault } from './default.ts'
import { isPlain } from './kinds.ts'
import { IS_MISSING, Misfit, type Report } from './report.ts'

/** The purpose of an attribute that keystorm itself writes or reads. */
export type Role = 'version' | 'createdAt' | 'updatedAt' | 'ttl'

/** Whether values can stand in a key. `'constant'`: they can, and there is only one value. */
type Keyability = boolean | 'constant'

/** The properties of a field beside the type of its values. */
export interface Traits {
  /** The attribute can be absent. */
  readonly isOptional?: boolean
  /** The value can be null. */
  readonly isNullable?: boolean
  /** Makes the value of an absent attribute, on writes and on reads. */
  readonly fallback?: () => unknown
  /** Whether `fallback` always gives the same value, in the form that a read gives. */
  readonly isFixed?: boolean
  /** The issues of a constant default that does not fit. */
  readonly unfit?: readonly Issue[]
  readonly role?: Role
  /** The attribute is stored only in keys. */
  readonly isOnlyInKeys?: boolean
}

/**
 * The type of an attribute, made by `t.*`. Immutable. A read gives `Output`, a write takes `Input`. `Keyable` says
 * whether the values can stand in a key, and whether there is only one value.
 */
export interface Field<Output, Input = Output, Keyable extends Keyability = Keyability> {
  readonly ' output': Output
  readonly ' input': Input
  readonly ' keyable': Keyable

  /** The attribute can be absent: a write may omit it, and a read may not find it. */
  optional(): Field<Output | undefined, Input | undefined, Keyable>

  /** The value can be null, stored as NULL. */
  nullable(): Field<Output | null, Input | null, false>

  /**
   * The attribute is stored only in keys of its model, not also under its own name. Reads take it from a key.
   * Conditions and filters cannot use it. This is for tables that already have such rows.
   *
   * ```ts
   * app.model('User').pk(text('USER#{id}')).sk(text('PROFILE')).fields({ id: t.string().onlyInKeys() })
   * ```
   */
  onlyInKeys(): Field<Output, Input, Keyable>

  /**
   * The value if a write gives none, or if a read finds none or NULL. So an attribute that is added later needs no
   * migration. A function is called each time. Reads give the default as if it had been stored. A constant that does
   * not fit throws InvalidModel when the model is made. A function's value that does not fit throws InvalidItem on a
   * write and UndecodableItem on a read.
   *
   * ```ts
   * t.map({ day: t.int().default(5) }).default({})   // absent: { day: 5 }
   * ```
   */
  default(value: Input | (() => Input)): Field<Exclude<Output, undefined>, Input | undefined, Keyable>
}

export type AnyField = Field<unknown>

/** A field as the library uses it: it checks a value, encodes it as an AttributeValue, and decodes it again. */
export abstract class MadeField<Output = unknown, Input = Output, Keyable extends Keyability = Keyability>
  implements Field<Output, Input, Keyable>
{
  declare readonly ' output': Output
  declare readonly ' input': Input
  declare readonly ' keyable': Keyable

  constructor(
    /** Writes values into keys. Absent if they cannot stand in a key. */
    readonly codec: KeyCodec | undefined = undefined,
    readonly traits: Traits = {}
  ) {}

  /** The stored form of a value. If the value does not fit: `undefined`, and an issue in the report. */
  abstract encode(value: unknown, report: Report): AttributeValue | undefined

  /** The value of a stored form. If it is `partial`, attributes of maps can be missing. Throws Misfit. */
  abstract decode(stored: AttributeValue, partial?: boolean): Output

  /** The value of an attribute that a stored item lacks. Throws Misfit if the attribute is required. */
  absent(): Output | undefined {
    const { isOptional, fallback, isFixed } = this.traits
    const value = fallback?.()
    if (isOptional && value === undefined) return undefined
    if (fallback === undefined) throw new Misfit(IS_MISSING)
    return (isFixed ? value : readBack(this, value)) as Output // default() and readBack() have checked it with this field
  }

  /** The issues of the defaults of this field and of those inside, each with its path. */
  get unfitDefaults(): readonly Issue[] {
    return this.traits.unfit ?? []
  }

  /** Whether the value is a map. Then a plain object in a condition or change addresses the attributes inside. */
  get isMap(): boolean {
    return false
  }

  /** Whether a plain object in an update changes only the attributes that it names, and does not replace the map. */
  get takesParts(): boolean {
    return false
  }

  /** The field of a map's attribute or a list's element. */
  step(_step: string | number): MadeField | undefined {
    return undefined
  }

  /** The field of the elements that `contains()` looks for. */
  get element(): MadeField | undefined {
    return undefined
  }

  /** The named attributes of a map. Their fields say how a read fills in absent ones. */
  get members(): Attributes | undefined {
    return undefined
  }

  /** The field without `.optional()`, `.nullable()` and `.default()`. */
  get core(): MadeField {
    return this
  }

  /** The JSON scalar type that all values are stored as, if there is one. */
  get scalar(): 'S' | 'N' | 'BOOL' | undefined {
    return undefined
  }

  /** The stored type of all values, if a key attribute can have it. */
  get storage(): 'S' | 'N' | 'B' | 'BOOL' | undefined {
    return this.scalar
  }

  /** Whether all stored values of another core are values of this one, so that they can be copied. */
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
    const traits = { ...this.traits, ...traitsOfDefault(this, value) }
    return new Wrapped<Exclude<Output, undefined>, Input | undefined, Keyable>(this, traits)
  }
}

/** Whether all values of one attribute are values of another. */
export const canCopy = (source: MadeField, target: MadeField): boolean =>
  (target.traits.isNullable === true || !source.traits.isNullable) && target.core.takes(source.core)

class Wrapped<Output, Input, Keyable extends Keyability> extends MadeField<Output, Input, Keyable> {
  readonly #of: MadeField

  constructor(of: MadeField, traits: Traits) {
    super(of.codec, traits)
    this.#of = of instanceof Wrapped ? of.#of : of // these traits include its traits
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (value === null && this.traits.isNullable) return { NULL: true }
    return isParam(value) ? this.#encodeParam(value, report) : this.#of.encode(value, report)
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
    return this.#of.decode(stored, partial) as Output // the other values are those of the inner field
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

/** Whether a row may lack the attribute. Then NULL means the same: STORM wrote NULL for attributes that are not set. */
export const isAbsentable = ({ traits }: MadeField): boolean =>
  traits.isOptional === true || traits.fallback !== undefined

/** Refuses a value that is not a field, which untyped programs may pass. Throws InvalidModel. */
export const checkField = <Output, Input>(where: string, of: Field<Output, Input>): MadeField<Output, Input> => {
  if (of instanceof MadeField) return of
  throw new InvalidModel(where, `takes a field that t.* has made, such as t.string(), but got ${describe(of)}`)
}

/** Refuses a value that is not a field, and a field with absent values. Throws InvalidModel. */
export const checkElement = <Output, Input>(where: string, of: Field<Output, Input>): MadeField<Output, Input> => {
  const field = checkField(where, of)
  if (!isAbsentable(field)) return field
  throw new InvalidModel(where, 'a list, set or record has no absent elements; drop .optional() or .default()')
}

/**
 * Whether a stored map is a plain object. Clients of other makers, and rows from other sources, may have anything there,
 * such as a Map, which would read as an empty object. The first prototype is tried before, since that is faster.
 */
export const isStoredMap = (map: unknown): map is Readonly<Record<string, AttributeValue>> =>
  typeof map === 'object' && map !== null && (Object.getPrototypeOf(map) === Object.prototype || isPlain(map))

/** The misfit of a stored value whose type is not the field's, or whose content is not that of its type. */
export const misfit = (expected: string, stored: AttributeValue): Misfit => {
  const [of] = Object.entries(stored)
  return new Misfit(
    `${expected} was expected, but the stored value is ${of ? `{ ${of[0]}: ${describe(of[1])} }` : describe(stored)}`
  )
}
