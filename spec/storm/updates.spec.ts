import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localTable } from '../../lib/testing/index.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { errorFrom } from '../support/errors.ts'
import { changesOf, type GeneralUpdate, numbersOf, updated } from './changes.ts'
import { declarationOf, declarations, type RequestCase, type Row, requestCases, storedScenarios } from './data.ts'
import { type Ints, intsFor, modelOf, valuesOf } from './models.ts'
import { assertRefusedSet } from './refusals.ts'
import { neutralOf, rowOnTheWire, seed } from './rows.ts'
import { Tally } from './tally.ts'
import { spelledRow } from './values.ts'

const tally = new Tally('STORM updates')
const cases = requestCases().filter(({ op }) => op === 'get_update_query')

/** The row that STORM recorded the effect of this very update on. */
const rowFor = ({ id }: RequestCase): Row => {
  const scenario = storedScenarios().find(scenario => scenario.id === id.replace(/^requests/, 'stored'))
  const row = scenario?.steps[0]?.expect?.table_after?.[0]
  if (row === undefined) throw new Error(`${id}: stored.json has no such update`)
  return row
}

const updateOf = (db: Db, one: RequestCase, ints: Ints): GeneralUpdate => {
  const { model: id, input, set = {} } = one
  const update = db.update(modelOf(id, { ints }), valuesOf(id, input, ints))
  // Typed by the model's fields, which nobody knows at compile time.
  return (update as unknown as GeneralUpdate).set(changesOf(id, set, ints) ?? {})
}

/** What STORM's request makes of the row; `undefined` if DynamoDB refuses it, or STORM made none. */
const storms = async (client: DynamoDBClient, table: string, one: RequestCase): Promise<Row | undefined> => {
  const { request } = one.expect
  if (request === undefined) return undefined
  const Values = request.ExpressionAttributeValues ?? {}
  const ExpressionAttributeValues = rowOnTheWire(Values)
  try {
    await client.send(
      new UpdateItemCommand({ ...request, TableName: table, Key: keyOf(rowFor(one)), ExpressionAttributeValues })
    )
  } catch (error) {
    assert.is((error as Error).name, 'ValidationException', one.id)
    return undefined
  }
  return rowIn(client, table, rowFor(one))
}

const keyOf = ({ PK = { S: '' }, SK = { S: '' } }: Row) => ({ PK, SK })

const rowIn = async (client: DynamoDBClient, table: string, row: Row): Promise<Row> => {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(row), ConsistentRead: true }))
  assert.ok(Item, 'the row is gone')
  return Item
}

interface Place {
  readonly db: Db
  readonly client: DynamoDBClient
  readonly table: string
}

const check = async ({ client, table }: Place, { db, table: ours }: Place, one: RequestCase): Promise<void> => {
  const { id, model, set = {}, verdict, compare } = one
  const before = rowFor(one)
  await seed(client, table, [before])
  await seed(client, ours, [before])
  const ints = intsFor(model, ...numbersOf(model, set), neutralOf(before))
  if (changesOf(model, set, ints) === undefined) return tally.except('not offered: the sum of two attributes', id)
  const texts = Object.keys(set).filter(name => before[name]?.S !== undefined && isSum(set[name]))
  const isText = texts.length > 0
  if (compare === 'error' || isText) {
    assertRefusedSet(await errorFrom(() => updateOf(db, one, ints)), id, model, isText ? texts : keysIn(one))
    assert.equal(spelledRow(await rowIn(client, ours, before)), spelledRow(before), id)
    return tally.add(isText ? 'refused: a number added to text' : 'refused: key attributes', id)
  }
  await updateOf(db, one, ints)
  const row = spelledRow(await rowIn(client, ours, before))
  assert.equal(row, spelledRow(updated(model, before, set)), id)
  const theirRow = await storms(client, table, one)
  if (compare === 'differs') return tally.add(theirRow ? 'that GSI1PK follows' : 'of floats, which STORM refuses', id)
  if (theirRow === undefined) {
    assert.is(verdict, 'fix', id)
    return tally.add('done that DynamoDB refuses from STORM', id)
  }
  assert.equal(row, spelledRow(theirRow), id)
  tally.add('of equal effect', id)
}

const isSum = (value: unknown): boolean => typeof value === 'object' && value !== null && '$add' in value

/** The attributes of the primary key that an update sets. */
const keysIn = ({ model, set = {} }: RequestCase): string[] => {
  const { pk_fields, sk_fields } = declarationOf(model)
  return [...pk_fields, ...sk_fields].filter(name => name in set)
}

for (const id of Object.keys(declarations).filter(id => cases.some(({ model }) => model === id)))
  test(`${id}: updates have the effect of STORM's`, () =>
    localTable(theirs =>
      localTable(async ours => {
        for (const one of cases) if (one.model === id) await check(theirs, ours, one)
      })
    ))

test('no case was left out', () => {
  assert.is(tally.total, cases.length)
  tally.print()
})

test.run()
