import type { KeyName } from '../../keys/template.ts'
import type { StoredItem } from '../../schema/definition.ts'
import type { Definitions } from './collection.ts'
import type { CursorScope } from './cursor.ts'
import type { ReadOptions } from './options.ts'
import { outlineOf } from './outline.ts'
import { type SortBound, UNBOUND } from './sort-bound.ts'
import type { QueryMode } from './where.ts'

/** What the cursors of a read depend on. */
interface Asked {
  readonly table: string | undefined
  readonly models: Definitions
  readonly where?: Readonly<Record<string, unknown>> | undefined
  readonly mode: QueryMode
  readonly reverse: boolean
  readonly options: Pick<ReadOptions, 'filters'>
}

/** What the cursors of a query are bound to: not to what is "now" for one page, and another time for the next. */
export const scopeOfQuery = (asked: Asked, partition: string, bound: SortBound): CursorScope => {
  const isIndex = asked.mode === 'GSI1'
  const known: StoredItem = isIndex ? { GSI1PK: { S: partition } } : { PK: { S: partition } }
  return { ...scope(asked, known, isIndex ? ['PK', 'SK'] : ['SK']), bound, isReversible: true }
}

/** What the cursors of a scan are bound to. */
export const scopeOfScan = (asked: Asked): CursorScope => {
  const keys: KeyName[] = asked.mode === 'GSI1' ? ['PK', 'SK', 'GSI1PK'] : ['PK', 'SK']
  return { ...scope(asked, {}, keys), bound: UNBOUND, isReversible: false }
}

const scope = ({ table, models, where, mode, reverse, options }: Asked, known: StoredItem, keys: KeyName[]) => {
  const templates = models.map(({ name, pk, sk, gsi1 }) => [name, pk.text, sk.text, gsi1?.text])
  const asked = [table, templates, mode === 'GSI1', reverse, known, where, options.filters].map(outlineOf)
  return { models, known, keys, shape: JSON.stringify(asked) }
}
