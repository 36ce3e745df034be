import type { Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import { expiryOf, type NoTtl } from '../../plan/read/expiry.ts'
import type { Definitions } from '../../plan/read/models.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { QueryMode } from '../../plan/read/where.ts'
import type {
  AnyModel,
  HeldNames,
  IndexShape,
  ItemOf,
  KeyOf,
  NamesByRole,
  NamesOf,
  NotInIndex,
  Shape,
  Shown
} from '../../schema/shape.ts'

/** The error, at compile time and run time, for a consistent read of a global index. */
type NoConsistentReads<Index extends string> = `${Index} has no consistent reads: drop .consistent()`

const noConsistentReads = <Index extends string>(index: Index): NoConsistentReads<Index> =>
  `${index} has no consistent reads: drop .consistent()`

/** The sentence that says why a read cannot use an index; `never` if it can. */
export type NotOnIndex<
  M extends AnyModel,
  Mode extends QueryMode,
  N extends string
> = N extends keyof M[' shape']['indexes']['of']
  ? Mode extends 'consistent'
    ? IsLocal<M[' shape'], N> extends true
      ? never
      : NoConsistentReads<N>
    : never
  : Unindexed<M, N>

/**
 * Constrains the name of an index that a read uses: anything fits, or else only the sentence that says why it cannot.
 * It distributes over the names, so an editor can suggest all usable ones.
 */
export type OnIndex<M extends AnyModel, Mode extends QueryMode, N extends string> = N extends string
  ? [NotOnIndex<M, Mode, N>] extends [never]
    ? unknown
    : [NotOnIndex<M, Mode, N>]
  : never

/** The sentence that says why a read cannot be consistent; `never` if it can. */
export type NotConsistent<M extends AnyModel, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? never
  : IsLocal<M[' shape'], Mode> extends true
    ? never
    : NoConsistentReads<Mode>

type IsLocal<S extends Shape, N extends string> = S['table']['layout']['indexes'][N]['local']

/** The compile-time error for models that are not in the index. */
type Unindexed<M, N extends string> = M extends AnyModel
  ? N extends keyof M[' shape']['indexes']['of']
    ? never
    : NotInIndex<M[' shape']['name'], N>
  : never

/** The attributes that an index holds of an item: those that it projects, and those of its keys and the table's. */
export type Projected<
  M extends AnyModel,
  N extends string,
  Item
> = M[' shape']['table']['layout']['indexes'][N]['projection'] extends 'ALL'
  ? Item
  : Pick<Item, ProjectedNames<M, N> & keyof Item>

type ProjectedNames<M extends AnyModel, N extends string> =
  | HeldNames<M[' shape'], M[' shape']['indexes']['of'][N]>
  | (M[' shape']['table']['layout']['indexes'][N]['projection'] extends readonly (infer Name)[] ? Name : never)

/** An item as an index returns it. */
export type ItemOn<M extends AnyModel, N extends string> = Projected<M, N, ItemOf<M>>

/**
 * Where a read can start: an item, or the attributes of the table's key and of the index's sort key. The index's
 * partition key may be left out, since where() has it.
 */
export type BehindOf<M extends AnyModel, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? KeyOf<M>
  : Shown<KeyOf<M> & KeyOn<M, M[' shape']['indexes']['of'][Mode]>>

type KeyOn<M extends AnyModel, I extends IndexShape> = Pick<ItemOf<M>, OwnNames<M, I['sk']>> &
  Partial<Pick<ItemOf<M>, OwnNames<M, I['pk']>>>

/** The attributes of an index key that the table's key does not have. */
type OwnNames<M extends AnyModel, Key> = Exclude<NamesOf<Key>, keyof KeyOf<M>> & keyof ItemOf<M>

/** The plan of any read, as far as its mode needs it. */
interface AnyPlan {
  readonly models: Definitions
  readonly consistent: boolean
}

/**
 * Throws InvalidModel for an index that a model is not in, and InvalidRequest for consistent reads of a global index.
 */
export const checkMode = ({ models, consistent }: AnyPlan, index: string | undefined): void => {
  if (index === undefined) return
  for (const model of models)
    if (!model.on(index).isConsistent && consistent) throw new InvalidRequest(model.name, noConsistentReads(index))
}

/** The sentence that says why a read cannot leave out expired items; `never` if it can. */
export type NotExpiring<M extends AnyModel> = [ExpiringNames<M>] extends [never] ? NoTtl<M[' shape']['name']> : never

type ExpiringNames<M> = M extends AnyModel ? NamesByRole<M[' shape'], 'ttl'> : never

/** The plan, leaving out expired items. Throws InvalidRequest. */
export const unexpired = <Plan extends AnyPlan & { readonly target: Target; readonly options: ReadOptions }>(
  plan: Plan
): Plan => ({ ...plan, options: { ...plan.options, expiry: expiryOf(plan.models, plan.target.connected.clock) } })

/** The plan, reading an index. Throws InvalidModel and InvalidRequest. */
export const onIndex = <Plan extends AnyPlan>(plan: Plan, index: string): Plan => {
  checkMode(plan, index)
  return { ...plan, index }
}
