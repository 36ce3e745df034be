import type { KeystormError } from '../errors.ts'
import type { RawItem } from '../schema/raw.ts'
import type { ModelMap } from '../schema/set.ts'
import type { AnyModel, ItemOf, ParsedKey } from '../schema/shape.ts'

/** Which images of an item a stream's records have, as its table says. */
export type View = 'NEW_AND_OLD_IMAGES' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'KEYS_ONLY'

/** What became of an item. */
export type ChangeKind = 'created' | 'modified' | 'removed'

/** What every change says, whosever row it is of. */
export interface Changed {
  /** Whether time to live has removed the row, and not somebody. */
  readonly expired: boolean
  /**
   * Where it stands among the changes of its row: of a stream the sequence number, which is the same each time the change is
   * given; of an incremental export the time of the write in microseconds, and of a full one 0.
   */
  readonly sequence: string
  /** When it was made, as far as the source says: of streams by the second. */
  readonly at: Date | undefined
  /** The record as it came; of Kinesis what its data hold. */
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

/** A change of one kind of one model's item. */
export interface ItemChange<Name, M extends AnyModel, K extends ChangeKind, V extends View> extends Changed {
  readonly model: Name
  readonly kind: K
  /** The item as it was, and as it is: where it was or is one, and where the stream's view has it. */
  readonly before: Before<M, K, V>
  readonly after: After<M, K, V>
  /** The attributes of its primary key: what `get` takes. */
  readonly key: ParsedKey<M[' shape']>
}

/** Any change of some models' items. */
export type Change<
  T extends ModelMap,
  V extends View,
  Name extends keyof T = keyof T,
  Kind extends ChangeKind = ChangeKind
> = { [N in Name]: { [K in Kind]: ItemChange<N, T[N], K, V> }[Kind] }[Name]

/**
 * A change of the items of a set; of one of its models, or of one kind, where these are named.
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

/** A change of a row that is none of the set's models': key and images are as the record has them. */
export interface OtherChange extends Changed {
  readonly model: undefined
  readonly kind: ChangeKind
  readonly before: RawItem | undefined
  readonly after: RawItem | undefined
  readonly key: RawItem
}

/** A record that cannot be read, or whose row does not fit its model. */
export interface InvalidChange {
  /** UndecodableItem of a row that does not fit, InvalidEvent of a record that is none. */
  readonly error: KeystormError
  /** What the record says, where it is one. */
  readonly change: OtherChange | undefined
  readonly record: unknown
}
