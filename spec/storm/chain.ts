/** STORM's queries, which are chains of method calls, as keystorm's. */
import * as assert from 'uvu/assert'
import { InvalidModel, InvalidRequest } from '../../lib/errors.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { type Call, declarationOf, type NeutralRecord, type Step } from './data.ts'
import { type GeneralModel, type GeneralQuery, keyAttributes, pick, queryOf, valuesOf } from './models.ts'

/** The calls that count: of each method the last, unless False or None switches it off. */
export const callsOf = (chain: readonly Call[]): readonly Call[] =>
  [...new Map(chain.map(call => [call[0], call])).values()].filter(
    ([, argument]) => argument !== false && argument !== null
  )

/** What `using` was given. */
export const usingOf = (calls: readonly Call[]): NeutralRecord => {
  const values = calls.find(([method]) => method === 'using')?.[1]
  if (typeof values !== 'object') throw new Error('a chain has a using()')
  return values as NeutralRecord // of attributes and their values
}

/** `using` gives every attribute the caller has; the partition key's are used, and STORM starts after the rest. */
export const queryBy = (db: Db, id: string, model: GeneralModel, calls: readonly Call[]): GeneralQuery => {
  const { pk_fields, gsi_fields } = declarationOf(id)
  const onIndex = calls.some(([method]) => method === 'use_index')
  const values = valuesOf(id, usingOf(calls))
  const where = pick(values, onIndex ? gsi_fields : pk_fields)
  const step = (query: GeneralQuery, [method, ...args]: Call): GeneralQuery => {
    switch (method) {
      case 'using':
        return query
      case 'use_index':
        return query.onGsi1()
      case 'consistent':
        return query.consistent()
      case 'limit':
        return query.limit(Number(args[0]))
      case 'reverse':
        return query.reverse()
      case 'only':
        return args.length > 0 ? query.only(...args.map(String)) : query
      case 'starting_after':
        return query.startingAfter(pick(values, keyAttributes(id)))
    }
    throw new Error(`STORM has no ${method}()`)
  }
  return calls.reduce(step, queryOf(db, model).where(where))
}

/** The calls that choose among the rows which the others find, and among the attributes of a row. */
const CHOICES = ['only', 'starting_after']

export const isChosen = (calls: readonly Call[]): boolean => calls.some(([method]) => CHOICES.includes(method))

/** Consistent reads of an index, and an index that a model does not have: STORM sends them, and gets an error. */
export const assertRefused = (
  label: string,
  { compare, model, chain = [] }: Pick<Step, 'compare' | 'model' | 'chain'>,
  build: () => GeneralQuery
): void => {
  assert.is(compare, 'error', label)
  const { class_name, gsi_fields } = declarationOf(model)
  const isConsistent = callsOf(chain).some(([method]) => method === 'consistent')
  const hasIndex = gsi_fields.length > 0
  assert.throws(
    () => build().compile(),
    (error: unknown) => {
      assert.ok(error instanceof InvalidRequest || error instanceof InvalidModel, `${label}: ${error}`)
      assert.is(error.data.model, class_name, label)
      // Of two mistakes, either may be told.
      const saysConsistent = error instanceof InvalidRequest && /GSI1.*consistent/.test(error.message)
      const saysNoIndex = error instanceof InvalidModel && /not in GSI1/.test(error.message)
      assert.ok((isConsistent && saysConsistent) || (!hasIndex && saysNoIndex), `${label}: ${error}`)
      return true
    },
    label
  )
}
