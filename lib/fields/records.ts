import type { AnyField } from './field.ts'
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

/** What a read of an attribute gives. */
export type OutputOfField<F> = F extends { readonly ' output': unknown }
  ? F[' output']
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['output']
    : never

/** What a write of an attribute takes. */
export type InputOfField<F> = F extends { readonly ' input': unknown }
  ? F[' input']
  : F extends StandardSchema
    ? NonNullable<F['~standard']['types']>['input']
    : never

/** Whether an attribute can stand in a key. */
export type IsKeyable<F> = F extends { readonly ' keyable': infer Keyable }
  ? Keyable
  : [Exclude<OutputOfField<F>, undefined>] extends [string]
    ? true
    : false

/** Whether an attribute that stands in a key need not be given, as one value is possible. */
export type IsConstant<F> = F extends { readonly ' keyable': 'constant'; readonly ' output': string } ? true : false

/** What a read gives, and what a write takes, of an attribute that is there. */
export type PresentOutput<F> = [F] extends [never] ? never : Exclude<OutputOfField<F>, undefined>
export type PresentInput<F> = [F] extends [never] ? never : Exclude<InputOfField<F>, undefined>

/** Which of reads and writes an attribute is always there for. */
type PresenceOf<F> =
  undefined extends OutputOfField<F>
    ? undefined extends InputOfField<F>
      ? 'neither'
      : 'writes'
    : undefined extends InputOfField<F>
      ? 'reads'
      : 'both'

/** The names of the attributes that may be absent from a read or a write: most often few or none. */
type Absentable<F> = { [K in keyof F]: PresenceOf<F[K]> extends 'both' ? never : K }[keyof F]

/** Those that may be absent from a read, or a write. */
type AbsentFrom<Use, F, Names extends keyof F> = { [K in Names]: PresenceOf<F[K]> extends Use ? never : K }[Names]

/** The names of the attributes that need not be given to a write. */
export type UnwrittenNames<F> = AbsentFrom<'writes', F, Absentable<F>>

/**
 * Which attributes there are, and which of them may be absent; to be mapped over, for what they are. They are named as keys of
 * the fields, though not all are, since an editor then leads from an attribute to its field and back.
 */
type Slots<F extends Fields, Always extends keyof F, Maybe extends keyof F> = { -readonly [K in Always]: F } & {
  -readonly [K in Maybe]?: F
}

type Outputs<F, S> = { [K in keyof S]: K extends keyof F ? PresentOutput<F[K]> : string } & {}
type Inputs<F, S> = { [K in keyof S]: K extends keyof F ? InputOfField<F[K]> : string } & {}

/**
 * What a read of these fields gives, and of strings with more names: optional attributes are absent, never
 * `undefined`.
 */
export type OutputOf<
  F extends Fields,
  More extends string = never,
  Absent extends keyof F = AbsentFrom<'reads', F, Absentable<F>>
> = Outputs<F, Slots<F, More | Exclude<keyof F, Absent>, Absent>>

/** What a write of these takes: `undefined` means absent. */
export type InputOf<F extends Fields, More extends string = never, Absent extends keyof F = UnwrittenNames<F>> = Inputs<
  F,
  Slots<F, More | Exclude<keyof F, Absent>, Absent>
>
