import { DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { InvalidItem, InvalidKey, InvalidModel } from '../../lib/errors.ts'
import { localTable } from '../../lib/testing/index.ts'
import { connect } from '../../lib/verbs/db.ts'
import { errorFrom } from '../support/errors.ts'
import { saved } from './changes.ts'
import { declarationOf, declarations, type Neutral, type RequestCase, type Row, requestCases } from './data.ts'
import { hasSortKey, intsFor, modelOf, pick, queryOf, valuesOf } from './models.ts'
import { assertRefusedAlike } from './refusals.ts'
import { keyOf, seedAll } from './rows.ts'
import { Tally } from './tally.ts'
import { spelledRow, TooPrecise } from './values.ts'

const VERBS: Readonly<Record<string, string>> = {
  get_load_query: 'get',
  get_delete_query: 'delete',
  get_save_query: 'save',
  get_primary_query: 'query'
}
const tally = new Tally('STORM requests')
const cases = requestCases().filter(({ op }) => op in VERBS)

let sent = 0
const handle = (): never => {
  sent++
  throw new Error('nothing should be sent')
}
const credentials = { accessKeyId: 'none', secretAccessKey: 'none' }
const client = new DynamoDBClient({ region: 'nowhere', credentials, maxAttempts: 1, requestHandler: { handle } })
const db = connect({ table: 'storm-golden', client })

/** The builder that does what STORM's method asks for. */
const builderOf = ({ model: id, op, input, allow_override }: RequestCase) => {
  const ints = intsFor(id, input)
  const model = modelOf(id, { ints })
  const values = valuesOf(id, input, ints)
  if (op === 'get_load_query') return db.get(model, values)
  if (op === 'get_delete_query') return db.delete(model, values)
  return allow_override ? db.put(model, values) : db.create(model, values)
}

for (const id of Object.keys(declarations).filter(hasSortKey))
  test(`${id}: get, delete, put and create send what STORM sends, or fail where it fails`, async () => {
    for (const one of cases.filter(({ model, op }) => model === id && op !== 'get_primary_query'))
      if (one.verdict === 'fix') checkFix(one)
      else if (one.compare === 'error') await checkFailure(one)
      else checkRequest(one)
  })

const checkRequest = (one: RequestCase): void => {
  const { Item, ...request } = one.expect.request ?? {}
  if (hasEmptyName(one.input)) {
    assert.throws(() => builderOf(one).compile(), /is no name for an attribute/, one.id)
    tally.except('saves of an empty name in a map, which DynamoDB refuses', one.id)
    return
  }
  try {
    const { Item: item, ...compiled } = { Item: undefined, ...builderOf(one).compile() }
    assert.equal(compiled, request, one.id)
    assert.equal(item && spelledRow(item), Item && spelledRow(Item), one.id)
  } catch (error) {
    if (!(error instanceof TooPrecise)) throw error
    tally.except('saves of a Decimal with more digits than JavaScript has', one.id)
    return
  }
  tally.add(`${VERBS[one.op]}s alike`, one.id)
}

const hasEmptyName = (value: Neutral): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, inner]) => name === '' || hasEmptyName(inner as Neutral))

const checkFailure = async (one: RequestCase): Promise<void> => {
  const { id, op, model, input, expect } = one
  assert.ok(expect.raises, id)
  const refused = { label: id, model, given: input, raises: expect.raises }
  const before = sent
  const errors = [await errorFrom(() => builderOf(one).compile()), await errorFrom(() => builderOf(one))]
  for (const error of errors) {
    assert.instance(error, op === 'get_save_query' ? InvalidItem : InvalidKey, id)
    assertRefusedAlike(error, refused)
  }
  assert.is(sent, before, id)
  tally.add(`${VERBS[one.op]}s refused alike`, one.id)
}

/** What STORM gets wrong here is one thing: Python's float was refused. */
const checkFix = (one: RequestCase): void => {
  const { Item, ...input } = { Item: undefined, ...builderOf(one).compile() }
  assert.equal(one.expect.raises?.type, 'TypeError', one.id)
  assert.equal(input, { TableName: 'storm-golden' }, one.id)
  assert.equal(Item && spelledRow(Item), spelledRow(saved(one.model, one.input)), one.id)
  tally.add('saves of a float that STORM refuses', one.id)
}

for (const id of Object.keys(declarations).filter(id => !hasSortKey(id)))
  test(`${id}: a model without a sort key is refused, so it sends nothing`, () => {
    assert.throws(
      () => modelOf(id),
      (error: unknown) => error instanceof InvalidModel
    )
    for (const one of cases)
      if (one.model === id) tally.except('of a model without a sort key, which no table can hold', one.id)
  })

test('a query of a partition finds what STORM finds of the same model', () => {
  const queries = cases.filter(({ op, model }) => op === 'get_primary_query' && hasSortKey(model)).map(compileBoth)
  return localTable(async ({ client, table }) => {
    const writers = await seedAll(client, table)
    const find = async (input: QueryCommandInput): Promise<Row[]> => {
      const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand({ ...input, TableName: table }))
      assert.is(LastEvaluatedKey, undefined, 'the rows fit into one page')
      return Items
    }
    for (const { id, model, theirs, ours } of queries) {
      const rows = await find(theirs)
      const own = rows.filter(row => writers.get(keyOf(row)) === model)
      assert.ok(own.length > 0, `${id}: nothing to find`)
      assert.equal(await find(ours), own, id)
      tally.add('queries of equal effect', id)
      tally.note('rows found by both', own.length)
      // STORM reads these as if they were the model's.
      tally.note("rows of other models that only STORM's query finds", rows.length - own.length)
    }
  })
})

const compileBoth = ({ id, model, input, expect }: RequestCase) => {
  const where = pick(valuesOf(model, input), declarationOf(model).pk_fields)
  const ours = queryOf(db, modelOf(model)).where(where).compile()
  const theirs: QueryCommandInput = { TableName: undefined, ...expect.request }
  assert.is(ours.TableName, theirs.TableName, id)
  assert.is(ours.IndexName, undefined, id)
  assert.ok(valuesIn(ours).includes(valuesIn(theirs)[0]), `${id}: another partition`)
  return { id, model, theirs, ours }
}

const valuesIn = ({ ExpressionAttributeValues = {} }: QueryCommandInput) =>
  Object.values(ExpressionAttributeValues).map(value => value.S)

test('no case was left out', () => {
  assert.is(tally.total, cases.length)
  tally.print()
})

test.run()
