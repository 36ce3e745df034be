import type { KeystormError } from '../errors.ts'
import type { RawItem } from '../schema/raw.ts'
import type { ModelMap } from '../schema/set.ts'
import type { AnyModel, ItemOf, ParsedKey } from '../schema/shape.ts'

/** The images that a stream's records contain, as configured on the table. */
export type View = 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY'

/** What happened to an item. */
export type ChangeKind = 'created' | 'modified' | 'removed'

/** The members of every change. */
export interface Changed {
  /** Whether time to live removed the row. */
  readonly expired: boolean
  /**
   * The position among the changes of its row. For a stream it is the sequence number, which stays the same when the
   * change is delivered again. For an incremental export it is the time of the write in microseconds; for a full export
   * `'0'`.
   */
  readonly sequence: string
  /** When the change was made, if the source says so; streams are exact to the second. */
  readonly at: Date | undefined
  /** The record as received; for Kinesis, the record in its data. */
  readonly record: unknown
}

type Before<M extends AnyModel, K extends ChangeKind, V extends View> = K extends 'created'
  ? undefined
  : V extends 'NEW_AND_OLD_IMAGES' | 'OLD_IMAGE'
    ? ItemOf<M>
    : undefined

type After<M extends AnyModel, K extends ChangeKind, V extends View> = K extends 'removed'
  ? undefined
  : V extends 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE'
    ? ItemOf<M>
    : undefined

/** A change of one kind, of an item of one model. */
export interface ItemChange<Name, M extends AnyModel, K extends ChangeKind, V extends View> extends Changed {
  readonly model: Name
  readonly kind: K
  /** The item before and after the change: `undefined` if there was or is none, or if the view has no such image. */
  readonly before: Before<M, K, V>
  readonly after: After<M, K, V>
  /** The attributes of the primary key, which `get` takes. */
  readonly key: ParsedKey<M[' shape']>
}

/** Any change of an item of some models. */
export type Change<
  T extends ModelMap,
  V extends View,
  Name extends keyof T = keyof T,
  Kind extends ChangeKind = ChangeKind
> = { [N in Name]: { [K in Kind]: ItemChange<N, T[N], K, V> }[Kind] }[Name]

/**
 * A change of an item of a set. Name a model or a kind of change to narrow it.
 *
 * ```ts
 * const greet = async ({ after }: ChangeIn<typeof app, 'User', 'created'>) => mail(after.email)
 * ```
 */
export type ChangeIn<
  Set extends { readonly models: ModelMap },
  Name extends keyof Set['models'] = keyof Set['models'],
  Kind extends ChangeKind = ChangeKind,
  V extends View = 'NEW_AND_OLD_IMAGES'
> = Change<Set['models'], V, Name, Kind>

/** A change of a row of no model in the set. Key and images are raw, as in the record. */
export interface OtherChange extends Changed {
  readonly model: undefined
  readonly kind: ChangeKind
  readonly before: RawItem | undefined
  readonly after: RawItem | undefined
  readonly key: RawItem
}

/** A record that cannot be read, or whose row does not fit its model. */
export interface InvalidChange {
  /** UndecodableItem for a row that does not fit its model, InvalidEvent for anything that is no record. */
  readonly error: KeystormError
  /** The content of the record, if it could be read. */
  readonly change: OtherChange | undefined
  readonly record: unknown
}
