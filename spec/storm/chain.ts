/** STORM's queries, which are chains of method calls, as keystorm's. */
import type { Db } from '../../lib/db/connect.ts'
import { type Call, declarationOf, type NeutralRecord } from './data.ts'
import { type GeneralModel, type GeneralQuery, pick, queryOf, valuesOf } from './models.ts'

/** What STORM's methods are here. `using` gives every attribute the caller has; the partition key's are used. */
const METHODS: Readonly<Record<string, (query: GeneralQuery, call: Call) => GeneralQuery>> = {
  using: query => query,
  use_index: query => query.onGsi1(),
  consistent: query => query.consistent(),
  limit: (query, [, count]) => query.limit(Number(count)),
  reverse: query => query.reverse()
}

export const queryBy = (db: Db, id: string, model: GeneralModel, calls: readonly Call[]): GeneralQuery => {
  const { pk_fields, gsi_fields } = declarationOf(id)
  const onIndex = calls.some(([method]) => method === 'use_index')
  const using = calls.find(([method]) => method === 'using')?.[1] as NeutralRecord // it comes first in every chain
  const where = pick(valuesOf(id, using), onIndex ? gsi_fields : pk_fields)
  return calls.reduce((query, call) => METHODS[call[0]]?.(query, call) ?? query, queryOf(db, model).where(where))
}

/** The calls that do something: false and None switch one off. */
export const callsOf = (chain: readonly Call[]): readonly Call[] =>
  chain.filter(([, argument]) => argument !== false && argument !== null)

export const isKnown = (method: string): boolean => method in METHODS
