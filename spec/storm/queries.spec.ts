/**
 * The requests of STORM's queries. keystorm's differ in their text: they never leave the model's part of a partition,
 * start behind a row instead of a sort key, and have placeholders for names. What they find on the rows that STORM
 * wrote must be the same.
 */
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localTable } from '../../lib/testing/index.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { errorFrom } from '../support/errors.ts'
import { assertRefused, callsOf, queryBy, usingOf } from './chain.ts'
import { type Call, type RequestCase, type Row, requestCases } from './data.ts'
import { hasSortKey, modelOf, valuesOf } from './models.ts'
import { assertRefusedAlike } from './refusals.ts'
import { keyOf, seedAll } from './rows.ts'
import { Tally } from './tally.ts'
import { spelledRow } from './values.ts'

const tally = new Tally("STORM's queries")
const cases = requestCases().filter(({ op }) => op === 'queryset.get_query')

interface Stage {
  readonly db: Db
  readonly table: string
  /** Runs a Query to its end. */
  find(input: QueryCommandInput): Promise<Row[]>
  /** The model that wrote a row, by its key. */
  readonly writers: ReadonlyMap<string, string>
}

const check = async (stage: Stage, one: RequestCase): Promise<void> => {
  const { id, model: name, chain = [], compare, verdict } = one
  if (!hasSortKey(name)) return tally.except('of a model without a sort key, which no table can hold', id)
  const calls = callsOf(chain)
  const query = () => queryBy(stage.db, name, modelOf(name), calls)
  if (calls.some(([method, items]) => method === 'limit' && Number(items) < 1)) {
    assert.throws(query, /limit\(\) takes a whole number from 1 on/, id)
    return tally.except('of limit(0) or less, which gives nothing, and is refused', id)
  }
  if (compare === 'error' && verdict === 'fix') {
    assertRefused(id, one, query)
    return tally.add('refused before sending, which STORM sends', id)
  }
  if (compare === 'error') {
    assert.ok(one.expect.raises, id)
    const error = await errorFrom(() => query().compile())
    assertRefusedAlike(error, { label: id, model: name, given: usingOf(calls), raises: one.expect.raises })
    return tally.add('refused alike', id)
  }
  const { TableName, ...ours } = query().compile()
  assert.is(TableName, stage.table, id)
  const theirs: QueryCommandInput = { ...one.expect.request, TableName: stage.table }
  for (const name of ['IndexName', 'ConsistentRead', 'ScanIndexForward'] as const)
    assert.is(ours[name], theirs[name], `${id} ${name}`)
  const found = await stage.find({ TableName, ...ours })
  const expected = await expectedOf(stage, one, calls, theirs)
  const [, ...names] = calls.find(([method]) => method === 'only') ?? []
  assertAlike(id, found, expected, names.map(String))
  if (expected.length > 0) tally.note('that find rows')
  tally.add(
    verdict === 'fix' ? 'of equal effect, but backwards, where STORM starts on the wrong side' : 'of equal effect',
    id
  )
}

/**
 * What STORM's request finds of its model's own rows. Of a start, what STORM skips by its sort key alone, and what it
 * finds on the wrong side, is put right. STORM counts a limit while it reads.
 */
const expectedOf = async (
  { find, writers }: Stage,
  { id, model: name }: RequestCase,
  calls: readonly Call[],
  { ProjectionExpression, ...theirs }: QueryCommandInput
): Promise<Row[]> => {
  const findOwn = async (input: QueryCommandInput) =>
    (await find(input)).filter(row => writers.get(keyOf(row)) === name)
  const [, limit = Number.MAX_SAFE_INTEGER] = calls.find(([method]) => method === 'limit') ?? []
  const { ':sk': start, ...values } = theirs.ExpressionAttributeValues ?? {}
  if (start?.S === undefined) return (await findOwn(theirs)).slice(0, Number(limit))
  const KeyConditionExpression = theirs.KeyConditionExpression?.replace(' AND SK > :sk', '')
  const all = await findOwn({ ...theirs, KeyConditionExpression, ExpressionAttributeValues: values })
  const key = modelOf(name).key(valuesOf(name, usingOf(calls)))
  assert.is(key.SK, start.S, id)
  const isReversed = theirs.ScanIndexForward === false
  const side = ({ SK }: Row) => Buffer.compare(Buffer.from(SK?.S ?? ''), Buffer.from(key.SK)) * (isReversed ? -1 : 1)
  const at = all.findIndex(row => keyOf(row) === keyOf({ PK: { S: key.PK }, SK: start }))
  const rest = at >= 0 ? all.slice(at + 1) : all.filter(row => side(row) > 0)
  if (!isReversed)
    assert.equal(
      rest
        .filter(row => side(row) > 0)
        .map(keyOf)
        .sort(),
      (await findOwn(theirs)).map(keyOf).sort(),
      id
    )
  return rest.slice(0, Number(limit))
}

/** The same rows in the same order of their sort keys; rows of the index that share one come in no fixed order. */
const assertAlike = (id: string, found: readonly Row[], expected: readonly Row[], names: readonly string[]): void => {
  assert.equal(
    found.map(row => row.SK),
    expected.map(row => row.SK),
    id
  )
  const sorted = (rows: readonly Row[]) =>
    [...rows]
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .map(row =>
        Object.fromEntries(
          Object.entries(spelledRow(row)).filter(([name]) => names.length === 0 || names.includes(name))
        )
      )
  assert.equal(sorted(found), sorted(expected), id)
}

test("every query finds what STORM's finds", () =>
  localTable(async ({ db, client, table }) => {
    const writers = await seedAll(client, table)
    const find = async (input: QueryCommandInput): Promise<Row[]> => {
      const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand(input))
      assert.ok(LastEvaluatedKey === undefined || input.Limit, 'the rows fit into one page')
      return Items
    }
    for (const one of cases) await check({ db, table, find, writers }, one)
  }))

test('no case was left out', () => {
  assert.is(tally.total, cases.length)
  tally.print()
})

test.run()
