import type { Target } from '../../driver/target.ts'
import { InvalidRequest } from '../../errors.ts'
import { expiryOf, type NoTtl } from '../../plan/read/expiry.ts'
import type { ReadOptions } from '../../plan/read/options.ts'
import type { Definitions } from '../../plan/read/query.ts'
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

/** What the compiler says, and the run time throws, of consistent reads of a global index. */
export type NoConsistentReads<Index extends string> = `${Index} has no consistent reads: drop .consistent()`

const noConsistentReads = <Index extends string>(index: Index): NoConsistentReads<Index> =>
  `${index} has no consistent reads: drop .consistent()`

/** The indexes of the layouts of some models. */
export type IndexOf<M extends AnyModel> = keyof M[' shape']['table']['layout']['indexes'] & string

/** What keeps a read from going to an index, as a sentence; `never` if nothing does. */
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
 * What is asked of the name of an index that a read goes to: nothing; or, if it may not, the sentence that says why. For each name
 * by itself, so that an editor offers those of some while none is chosen.
 */
export type OnIndex<M extends AnyModel, Mode extends QueryMode, N extends string> = N extends string
  ? [NotOnIndex<M, Mode, N>] extends [never]
    ? unknown
    : [NotOnIndex<M, Mode, N>]
  : never

/** What keeps a read from being consistent. */
export type NotConsistent<M extends AnyModel, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? never
  : IsLocal<M[' shape'], Mode> extends true
    ? never
    : NoConsistentReads<Mode>

type IsLocal<S extends Shape, N extends string> = S['table']['layout']['indexes'][N]['local']

/** What the compiler says of models that are not in the index. */
type Unindexed<M, N extends string> = M extends AnyModel
  ? N extends keyof M[' shape']['indexes']['of']
    ? never
    : NotInIndex<M[' shape']['name'], N>
  : never

/** What an index gives of items: those that it projects, and the attributes of its keys and the table's. */
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

/** An item as an index gives it. */
export type ItemOn<M extends AnyModel, N extends string> = Projected<M, N, ItemOf<M>>

/**
 * What a read starts behind: an item, or the attributes of the table's key and of the index's. Those of the index's sort key are
 * needed; those of its partition where() has.
 */
export type BehindOf<M extends AnyModel, Mode extends QueryMode> = Mode extends 'table' | 'consistent'
  ? KeyOf<M>
  : Shown<KeyOf<M> & KeyOn<M, M[' shape']['indexes']['of'][Mode]>>

type KeyOn<M extends AnyModel, I extends IndexShape> = Pick<ItemOf<M>, OwnNames<M, I['sk']>> &
  Partial<Pick<ItemOf<M>, OwnNames<M, I['pk']>>>

/** The attributes of a key of an index that are not in the table's. */
type OwnNames<M extends AnyModel, Key> = Exclude<NamesOf<Key>, keyof KeyOf<M>> & keyof ItemOf<M>

interface Places {
  readonly models: Definitions
  readonly consistent: boolean
}

/** Refuses an index that a model is not in, and consistent reads of a global one. Throws InvalidModel and InvalidRequest. */
export const checkMode = ({ models, consistent }: Places, index: string | undefined): void => {
  if (index === undefined) return
  for (const model of models)
    if (!model.on(index).isConsistent && consistent) throw new InvalidRequest(model.name, noConsistentReads(index))
}

/** What keeps a read from leaving out what has expired. */
export type NotExpiring<M extends AnyModel> = [ExpiringNames<M>] extends [never] ? NoTtl<M[' shape']['name']> : never

type ExpiringNames<M> = M extends AnyModel ? NamesByRole<M[' shape'], 'ttl'> : never

/** A plan that leaves out what has expired. Throws InvalidRequest. */
export const unexpired = <Plan extends Places & { readonly target: Target; readonly options: ReadOptions }>(
  plan: Plan
): Plan => ({ ...plan, options: { ...plan.options, expiry: expiryOf(plan.models, plan.target.connected.clock) } })

/** A plan on an index. Throws InvalidModel and InvalidRequest. */
export const onIndex = <Plan extends Places>(plan: Plan, index: string): Plan => {
  checkMode(plan, index)
  return { ...plan, index }
}
