import type { AnyField, Field, MadeField } from './field.ts'
import type { StandardSchema } from './schema.ts'

// The types of records of named fields. What depends on one field alone is a conditional type of that field: the
// compiler computes it once for all attributes of the same type, in all models.

/** Attributes by name, for `t.map()`. */
export interface FieldMap {
  readonly [name: string]: AnyField
}

/** Attributes by name, for `.fields()`: made by `t.*` or any Standard Schema. */
export interface Fields {
  readonly [name: string]: AnyField | StandardSchema
}

/** Attributes by name, as the library uses them. */
export interface MadeFields {
  readonly [name: string]: MadeField | StandardSchema
}

// The types that the conditional types below test for. They have names, because the compiler makes a type that is
// written inside a condition anew for each field.
interface Read {
  readonly ' output': unknown
}
interface Written {
  readonly ' input': unknown
}
interface Typed extends Read, Written {}
interface Keyed {
  readonly ' keyable': unknown
}
interface Constant extends Keyed {
  readonly ' keyable': 'constant'
  readonly ' output': string
}

/** The type that a read of an attribute gives. */
export type OutputOfField<F> = F extends Read
  ? F[' output']
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['output']
    : never

/** The type that a write of an attribute takes. */
type InputOfField<F> = F extends Written
  ? F[' input']
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['input']
    : never

/** Whether an attribute can stand in a key. */
export type IsKeyable<F> = F extends Keyed
  ? F[' keyable']
  : [Exclude<OutputOfField<F>, undefined>] extends [string]
    ? true
    : false

/** Whether an attribute has only one value, so that a key does not need it to be given. */
export type IsConstant<F> = F extends Constant ? true : false

/** The type that a read gives if the attribute is there. */
export type PresentOutput<F> = [F] extends [never] ? never : Exclude<OutputOfField<F>, undefined>

// The test is `undefined extends undefined & T`, because the compiler then does not look into maps and lists. It is
// asked of input and output together first: for most fields, or for all at once, that one test is enough.

/** Whether an attribute is always present in reads, writes, both or neither. */
type PresenceOf<F> = F extends Typed
  ? undefined extends undefined & F[' output' | ' input']
    ? Presence<F>
    : 'both'
  : Presence<F>
type Presence<F> = undefined extends undefined & OutputOfField<F>
  ? undefined extends undefined & InputOfField<F>
    ? 'neither'
    : 'writes'
  : undefined extends undefined & InputOfField<F>
    ? 'reads'
    : 'both'

/** The names of the attributes that can be absent in reads or writes. Mostly there are few or none. */
type Absentable<F> = F[keyof F] extends Typed
  ? undefined extends undefined & F[keyof F][' output' | ' input']
    ? AbsentableOf<F>
    : never
  : AbsentableOf<F>
type AbsentableOf<F> = { [K in keyof F]: PresenceOf<F[K]> extends 'both' ? never : K }[keyof F]

/** The names of the attributes that can be absent. `Present` lists the presences that count as present. */
type AbsentFrom<Present, F, Names extends keyof F> = [Names] extends [never]
  ? never
  : { [K in Names]: PresenceOf<F[K]> extends Present ? never : K }[Names]

/** The names of the attributes that a write can omit. */
export type UnwrittenNames<F> = AbsentFrom<'writes' | 'both', F, Absentable<F>>

/**
 * The attribute names with their optionality, to be mapped over. They are keys of the fields, so that an editor leads
 * from an attribute to its field and back.
 */
type Slots<F, Always extends keyof F, Maybe extends keyof F> = { -readonly [K in Always]: OfFields<F> } & {
  -readonly [K in Maybe]?: OfFields<F>
}

/** `unknown`. It mentions the fields, because otherwise the compiler forgets whose keys the mapped type has. */
type OfFields<_F> = unknown

type Outputs<F, Always extends keyof F, Maybe extends keyof F> = {
  [K in keyof Slots<F, Always, Maybe>]: PresentOutput<F[K]>
} & {}
type Inputs<F, Always extends keyof F, Maybe extends keyof F> = {
  [K in keyof Slots<F, Always, Maybe>]: InputOfField<F[K]>
} & {}

/** String fields of these names. */
type Strings<Names extends string> = { readonly [K in Names]: Field<string, string, true> }

type Without<Names, Absent> = [Absent] extends [never] ? Names : Exclude<Names, Absent>

/**
 * The type that a read of these fields, and of strings named `More`, gives. Optional attributes are absent, never
 * `undefined`.
 */
export type OutputOf<
  F extends Fields,
  More extends string = never,
  Absent extends keyof F = AbsentFrom<'reads' | 'both', F, Absentable<F>>
> = [More] extends [never]
  ? Outputs<F, Without<keyof F, Absent>, Absent>
  : Outputs<F & Strings<More>, More | Without<keyof F, Absent>, Absent>

/** The type that a write of these fields takes. `undefined` means absent. */
export type InputOf<F extends Fields, More extends string = never, Absent extends keyof F = UnwrittenNames<F>> = [
  More
] extends [never]
  ? Inputs<F, Without<keyof F, Absent>, Absent>
  : Inputs<F & Strings<More>, More | Without<keyof F, Absent>, Absent>
