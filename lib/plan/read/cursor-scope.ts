import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { UNBOUND } from '../../keys/source.ts'
import type { Access } from '../../schema/access.ts'
import { DEFAULT_LAYOUT } from '../../schema/default-layout.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { CursorScope } from './cursor.ts'
import type { Definitions } from './models.ts'
import type { ReadOptions } from './options.ts'
import { outlineOf } from './outline.ts'
import { partitionOf, prepareQuery, type QueryPlan } from './query.ts'
import { sideOf, sortKeysOf } from './sort-bound.ts'
import type { Where } from './where.ts'

/** The parts of a read that its cursors depend on. */
interface Asked {
  readonly table: string | undefined
  readonly models: Definitions
  readonly where?: Where | undefined
  readonly index: string | undefined
  readonly reverse: boolean
  readonly options: Pick<ReadOptions, 'filters'>
}

/** The scope of a query's cursors. It does not include values such as the present time, which change between pages. */
export const scopeOfQuery = (plan: QueryPlan): CursorScope => {
  const prepared = prepareQuery({ ...plan, options: { ...plan.options, after: undefined } })
  const { access, bound } = prepared
  const side = (position: StoredItem) => sideOf(bound, sortKeysOf(position, access.sk))
  return scope(plan, access, partitionOf(prepared), side, true)
}

/** The scope of a scan's cursors. */
export const scopeOfScan = (asked: Asked): CursorScope => {
  const access = asked.models[0].on(asked.index)
  return scope(asked, access, {}, () => sideOf(UNBOUND, []), false)
}

const scope = (
  { table, models, where, index, reverse, options }: Asked,
  access: Access,
  known: StoredItem,
  side: CursorScope['side'],
  isReversible: boolean
): CursorScope => {
  const templates = models.map(model => {
    const { pk, sk } = model.on(index)
    const keys = [...model.table.pk, ...model.table.sk, ...(index === undefined ? [] : [...pk, ...sk])]
    return [model.name, ...keys.flatMap(key => (model.layout === DEFAULT_LAYOUT ? key.text : [key.name, key.text]))]
  })
  const asked = [table, templates, index, reverse, textsOf(known), where?.values, options.filters].map(outlineOf)
  const keys = access.position(models[0].table).filter(({ name }) => !Object.hasOwn(known, name))
  return {
    models,
    known,
    keys,
    isOwnPartition: access.isOwnPartition && Object.keys(known).length > 0,
    shape: JSON.stringify(asked),
    side,
    isReversible
  }
}

const textsOf = (key: StoredItem) =>
  Object.entries(key).map(([name, { S, N, B }]: [string, AttributeValue]) => [name, S ?? N ?? B])
