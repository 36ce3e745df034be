import type { Target } from '../driver/target.ts'
import { describe, InvalidRequest } from '../errors.ts'
import type { CursorScope } from '../plan/read/cursor.ts'
import type { Definitions } from '../plan/read/models.ts'
import { hidesType, isProjected } from '../plan/read/narrow.ts'
import type { ReadOptions } from '../plan/read/options.ts'
import type { Access } from '../schema/access.ts'
import type { Definition } from '../schema/definition.ts'
import { Collection } from '../verbs/read/collection.ts'
import { Query } from '../verbs/read/query.ts'
import type { Run } from '../verbs/read/read.ts'
import type { Reading } from '../verbs/read/reading.ts'
import { Scan } from '../verbs/read/scan.ts'
import { wholeRows } from '../verbs/read/whole.ts'

/** A query, collection or scan. */
export interface AnyRead {
  /** The type of what keeps it from running. */
  readonly ' problem': string
  ' prepare'(): Run<unknown>
}

/** A read, as code that writes each of its rows needs it. */
export interface Source {
  readonly target: Target
  readonly models: Definitions
  readonly index: string | undefined
  /** The keys that the read uses. */
  readonly access: Access
  /** The index key attributes, which may change while the read runs. Empty for the table, whose keys cannot. */
  readonly indexKeys: readonly string[]
  /** Conditions as users write them. */
  readonly filters: readonly unknown[]
  readonly limit: number | undefined
  readonly segments: number | undefined
  readonly signal: AbortSignal | undefined
  /** Called for rows that do not fit their model. */
  readonly onInvalid: ReadOptions['onInvalid']
  /**
   * Reads the rows with their keys and these attributes, and tells each row's model. It decodes nothing, so it skips no
   * row.
   */
  reading(only: readonly string[] | undefined): Reading<Definition>
  /** The scope of cursors in it. */
  scope(): CursorScope
}

/** Throws InvalidRequest for anything that is no read. */
export const sourceOf = (verb: string, read: unknown): Source => {
  const queried = Query.plan(read) ?? Collection.plan(read)
  if (queried) {
    const again = (only: readonly string[] | undefined) => {
      const plan = {
        ...queried,
        isWhole: isHidden(queried),
        options: { ...queried.options, only, onInvalid: undefined }
      }
      return read instanceof Query ? new Query(plan) : new Collection(plan)
    }
    return { ...partsOf(queried), ...readingsOf(queried, again), segments: undefined }
  }
  const plan = Scan.plan(read)
  if (plan === undefined) throw new InvalidRequest(verb, `takes a query or a scan, and was given ${describe(read)}`)
  const again = (only: readonly string[] | undefined) =>
    new Scan({
      ...plan,
      isWhole: isHidden(plan),
      segments: undefined,
      options: { ...plan.options, only, onInvalid: undefined }
    })
  return { ...partsOf(plan), ...readingsOf(plan, again), segments: plan.segments }
}

type Plan = Pick<NonNullable<ReturnType<typeof Query.plan>>, 'target' | 'models' | 'index' | 'limit' | 'options'>

/** Whether only whole rows tell whose they are. */
const isHidden = ({ models: [first], index }: Pick<Plan, 'models' | 'index'>): boolean =>
  hidesType(first, first.on(index).layout)

const partsOf = ({ target, models, index, limit, options }: Plan) => {
  const { filters, signal, onInvalid } = options
  const access = models[0].on(index)
  return { target, models, index, access, indexKeys: access.indexKeys, filters, limit, signal, onInvalid }
}

const readingsOf = (plan: Plan, again: (only: readonly string[] | undefined) => Pick<AnyRead, ' prepare'>) => ({
  scope: () => again(undefined)[' prepare']().scope(),
  reading: (only: readonly string[] | undefined): Reading<Definition> => {
    const { target, models, index, options } = plan
    const access = models[0].on(index)
    const { layout } = access
    const isThere = (name: string) => isProjected(name, layout) || models.some(({ primary }) => primary.includes(name))
    const isAll = only?.every(isThere) ?? (layout === undefined || layout.projection === 'ALL')
    const isNarrow = !isAll || isHidden(plan)
    const { reading } = again(isNarrow ? access.indexKeys : only)[' prepare']()
    const owner = reading(true)
    return {
      ...reading(false),
      // Fetches attributes that the index does not project.
      whole: isNarrow ? wholeRows(target, models[0], options.signal) : undefined,
      accept: stored => ownerOf(models, owner.accept(stored))
    }
  }
})

/** A read of several models names a row's model; a read of one model only accepts the row. */
const ownerOf = (models: Definitions, accepted: unknown): Definition | undefined => {
  if (accepted === undefined || accepted === true) return accepted && models[0]
  const { model: name } = accepted as { readonly model: string } // the read tagged it
  return models.find(model => model.name === name)
}
