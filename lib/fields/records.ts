import type { AnyField, Field, MadeField } from './field.ts'
import type { StandardSchema } from './schema.ts'

// What records of named fields hold, as types. What is said of a field alone is a conditional type of that field: the
// compiler works such out once for all attributes of the type, in whatever model.

/** Attributes by name: what `t.map()` takes. */
export interface FieldMap {
  readonly [name: string]: AnyField
}

/** Attributes by name, made by `t.*` or any Standard Schema: what `.fields()` takes. */
export interface Fields {
  readonly [name: string]: AnyField | StandardSchema
}

/** Attributes by name, as the library reads them. */
export interface MadeFields {
  readonly [name: string]: MadeField | StandardSchema
}

// What a field is asked for, by names: what is written out in a condition, the compiler makes anew for each field.
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

/** What a read of an attribute gives. */
export type OutputOfField<F> = F extends Read
  ? F[' output']
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['output']
    : never

/** What a write of an attribute takes. */
export type InputOfField<F> = F extends Written
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

/** Whether an attribute that stands in a key need not be given, as one value is possible. */
export type IsConstant<F> = F extends Constant ? true : false

/** What a read gives of an attribute that is there. */
export type PresentOutput<F> = [F] extends [never] ? never : Exclude<OutputOfField<F>, undefined>

// Whether a value may be undefined is asked of what `undefined` has in common with it, for which the compiler does not look
// into maps and lists; and of most fields, or of all at once, it need not be asked twice.

/** Which of reads and writes an attribute is always there for. */
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

/** The names of the attributes that may be absent from a read or a write: most often few or none. */
type Absentable<F> = F[keyof F] extends Typed
  ? undefined extends undefined & F[keyof F][' output' | ' input']
    ? AbsentableOf<F>
    : never
  : AbsentableOf<F>
type AbsentableOf<F> = { [K in keyof F]: PresenceOf<F[K]> extends 'both' ? never : K }[keyof F]

/** Those that may be absent, where `Present` is what says that they are not. */
type AbsentFrom<Present, F, Names extends keyof F> = [Names] extends [never]
  ? never
  : { [K in Names]: PresenceOf<F[K]> extends Present ? never : K }[Names]

/** The names of the attributes that need not be given to a write. */
export type UnwrittenNames<F> = AbsentFrom<'writes' | 'both', F, Absentable<F>>

/**
 * Which attributes there are, and which of them may be absent; to be mapped over, for what they are. They are named as keys of
 * the fields, since an editor then leads from an attribute to its field and back.
 */
type Slots<F, Always extends keyof F, Maybe extends keyof F> = { -readonly [K in Always]: OfFields<F> } & {
  -readonly [K in Maybe]?: OfFields<F>
}

/** Anything. It names the fields, since the compiler forgets of whose keys a mapped type is that does not. */
type OfFields<_F> = unknown

type Outputs<F, Always extends keyof F, Maybe extends keyof F> = {
  [K in keyof Slots<F, Always, Maybe>]: PresentOutput<F[K]>
} & {}
type Inputs<F, Always extends keyof F, Maybe extends keyof F> = {
  [K in keyof Slots<F, Always, Maybe>]: InputOfField<F[K]>
} & {}

/** Strings of these names, as fields. */
type Strings<Names extends string> = { readonly [K in Names]: Field<string, string, true> }

type Without<Names, Absent> = [Absent] extends [never] ? Names : Exclude<Names, Absent>

/**
 * What a read of these fields gives, and of strings with more names: optional attributes are absent, never
 * `undefined`.
 */
export type OutputOf<
  F extends Fields,
  More extends string = never,
  Absent extends keyof F = AbsentFrom<'reads' | 'both', F, Absentable<F>>
> = [More] extends [never]
  ? Outputs<F, Without<keyof F, Absent>, Absent>
  : Outputs<F & Strings<More>, More | Without<keyof F, Absent>, Absent>

/** What a write of these takes: `undefined` means absent. */
export type InputOf<F extends Fields, More extends string = never, Absent extends keyof F = UnwrittenNames<F>> = [
  More
] extends [never]
  ? Inputs<F, Without<keyof F, Absent>, Absent>
  : Inputs<F & Strings<More>, More | Without<keyof F, Absent>, Absent>
