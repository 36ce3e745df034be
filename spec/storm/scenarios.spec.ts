import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localTable } from '../../lib/testing/index.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { errorFrom } from '../support/errors.ts'
import { callsOf, queryBy } from './chain.ts'
import { changesOf, type GeneralUpdate, numbersOf, saved, updated } from './changes.ts'
import {
  declarationOf,
  type NeutralRecord,
  objectsOf,
  type Row,
  type SentRequest,
  type Step,
  storedScenarios
} from './data.ts'
import { type GeneralModel, type Ints, intsFor, modelOf, pick, type Values, valuesOf } from './models.ts'
import { assertRefusedAlike, assertRefusedSet } from './refusals.ts'
import { keyOf, neutralOf, seed } from './rows.ts'
import { assertSent, watch } from './sent.ts'
import { stepId, Tally } from './tally.ts'
import { spelledRow } from './values.ts'

const tally = new Tally('STORM scenarios')
const scenarios = storedScenarios()

interface Stage {
  readonly db: Db
  readonly step: Step
  readonly label: string
  /** The table as it was before the step. */
  readonly before: readonly Row[]
  readonly ints: Ints
}

for (const { id, steps } of scenarios)
  test(`${id.replace(/^stored./, '')}: the same steps leave the same rows`, () =>
    localTable(async ({ db, client, table }) => {
      const watched = watch(client, table)
      for (const [i, step] of steps.entries()) {
        const before = await rowsIn(client, table)
        if (step.op === 'put_raw') {
          await seed(client, table, [step.item ?? {}])
          tally.add('rows put by others')
          continue
        }
        watched.take()
        const stage = { db, step, label: stepId({ id }, i), before, ints: intsOf(step, before) }
        if (setsUnknown(step)) {
          await checkFailure(stage)
          assert.equal(watched.take(), [], stage.label)
          await seed(client, table, expectedTable(stage)) // the steps that follow begin with it
          continue
        }
        if (step.compare === 'error') await checkFailure(stage)
        else if (step.op === 'get' || step.op === 'query') await checkRead(stage)
        else await checkWrite(stage)
        checkSent(stage, watched.take())
        const after = expectedTable(stage)
        assert.equal((await rowsIn(client, table)).map(spelledRow), after.map(spelledRow), stage.label)
      }
      watched.end()
    }))

/** What STORM sends, but nothing where keystorm refuses before, and what STORM fails to make where keystorm does not. */
const checkSent = ({ step, label }: Stage, sent: readonly SentRequest[]): void => {
  const { op, model: id, compare, verdict, expect, input = {}, key = {} } = step
  const { requests: theirs = [], raises } = expect ?? {}
  // DynamoDB refuses some of what STORM sends.
  const isRefused = compare === 'error' && (verdict === 'fix' || theirs.length === 0 || raises?.type === 'ClientError')
  if (isNotOffered(step) || isRefused) assert.equal(sent, [], label)
  else if (theirs.length > 0) {
    // Of an update, the recorded effect is what is compared where the text, or what it does, is STORM's fault.
    const isExact = op !== 'update' || (compare === 'exact' && !raises)
    assertSent(label, sent, theirs, isExact && compare !== 'differs')
  } else {
    const Item = saved(id, { ...input, ...key })
    const params = op === 'save' ? { Item } : { Key: pick(Item, ['PK', 'SK']) as Row, ConditionExpression: EXISTS } // whole
    const operation = op === 'save' ? 'PutItem' : 'UpdateItem'
    assertSent(label, sent, [{ operation, params: { TableName: 'storm-golden', ...params } }], op === 'save')
  }
}

const EXISTS = 'attribute_exists(PK)'

/** All rows, by key. */
const rowsIn = async (client: DynamoDBClient, table: string): Promise<Row[]> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new ScanCommand({ TableName: table, ConsistentRead: true })
  )
  assert.is(LastEvaluatedKey, undefined, 'the rows fit into one page')
  return sorted(Items)
}

const sorted = (rows: readonly Row[]): Row[] => {
  const key = ({ PK, SK }: Row) => `${PK?.S}\0${SK?.S}`
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

const intsOf = ({ model, input = {}, assign = {}, set = {}, expect }: Step, before: readonly Row[]): Ints => {
  const rows = [...before, ...(expect?.table_after ?? [])].map(neutralOf)
  return intsFor(model, input, assign, ...numbersOf(model, set), ...rows)
}

/** What the table is after a step: as STORM left it, but where that is STORM's fault. */
const expectedTable = ({ step, before }: Stage): readonly Row[] => {
  const { op, model: id, compare, verdict, set = {}, input = {}, expect } = step
  if (isNotOffered(step) || (verdict === 'fix' && compare === 'error')) return before
  if (compare === 'differs' && op === 'update')
    return before.map(row => (isUnder(row, step) ? updated(id, row, set) : row))
  if (compare === 'differs' && op === 'save') {
    const row = saved(id, input)
    return sorted([...before.filter(other => keyOf(other) !== keyOf(row)), row])
  }
  return sorted(expect?.table_after ?? before)
}

const isUnder = (row: Row, { model: id, key = {} }: Step): boolean => {
  const { PK, SK } = modelOf(id).key(valuesOf(id, key))
  return row.PK?.S === PK && row.SK?.S === SK
}

/** F(a) + F(b): DynamoDB refused it from STORM, and keystorm has no such change. */
const isNotOffered = ({ op, model, set = {}, compare }: Step): boolean =>
  op === 'update' && compare === 'differs' && changesOf(model, set, 'int') === undefined

/** STORM writes attributes that the model does not have. That is kept by this data, but a fault of STORM's. */
const setsUnknown = (step: Step): boolean => unknownIn(step).length > 0

const unknownIn = ({ model, set = {} }: Step): string[] =>
  Object.keys(set).filter(name => declarationOf(model).fields.every(field => field.name !== name))

const checkFailure = async (stage: Stage): Promise<void> => {
  const { label, step } = stage
  const { op, model, input = {}, key = {}, set = {}, expect } = step
  const error = await errorFrom(() => run(stage))
  const raises = expect?.raises
  if (raises && raises.type !== 'ClientError') {
    assertRefusedAlike(error, { label, model, given: { ...input, ...key }, raises, isStrict: isSave(op) })
    return tally.add(`${op}s refused alike`, label)
  }
  const { pk_fields, sk_fields } = declarationOf(model)
  const ofKey = [...pk_fields, ...sk_fields].filter(name => name in set)
  // DynamoDB refuses what STORM sends for a text plus a number, and for two attributes of the key.
  assertRefusedSet(
    error,
    label,
    model,
    setsUnknown(step) ? unknownIn(step) : ofKey.length > 0 ? ofKey : Object.keys(set)
  )
  if (raises) tally.add(`${op}s refused alike`, label)
  else if (setsUnknown(step))
    tally.except('updates of attributes that the model does not have, which keystorm refuses', label)
  else tally.add('updates refused that STORM let through: key attributes', label)
}

const isSave = (op: string): boolean => op === 'save' || op === 'create'

const checkWrite = async (stage: Stage): Promise<void> => {
  const { label, step, ints } = stage
  if (isNotOffered(step)) return tally.except('updates not offered: the sum of two attributes', label)
  const result = await run(stage)
  if (step.op === 'create' && step.compare === 'exact')
    assert.equal(result, valuesOf(step.model, objectsOf(step)[0]?.values ?? {}, ints), label)
  tally.add(step.compare === 'differs' ? differenceOf(step) : `${step.op}s alike`, label)
}

const differenceOf = ({ op, model, set = {}, expect }: Step): string => {
  if (op === 'get_assign_save') return 'get_assign_saves alike'
  if (declarationOf(model).gsi_fields.some(name => name in set)) return "updates that GSI1PK follows, unlike STORM's"
  return `${op}s done that STORM refuses (${expect?.raises?.type})`
}

/** STORM's calls as keystorm's. STORM's save and create want every attribute, None included. */
const run = async ({ db, step, ints }: Stage): Promise<unknown> => {
  const { op, model: id, input = {}, key = {}, set = {}, assign = {}, allow_override: mayOverride = true } = step
  const strict = modelOf(id, { ints, missing: 'refused' })
  const model = modelOf(id, { ints })
  switch (op) {
    case 'save':
      return mayOverride ? db.put(strict, values(id, input, ints)) : db.create(strict, values(id, input, ints))
    case 'create':
      return db.create(strict, values(id, input, ints))
    case 'update':
      return updateOf(db, model, values(id, key, ints)).set(changesOf(id, set, ints) ?? {})
    case 'delete':
      return db.delete(model, values(id, key, ints))
    case 'get':
      return db.get(model, values(id, input, ints))
    case 'get_assign_save': {
      const item = await db.get(model, values(id, input, ints)).orThrow()
      return db.put(model, Object.assign({}, item, values(id, assign, ints)))
    }
  }
  throw new Error(`there is no ${op}`)
}

const values = (id: string, input: NeutralRecord, ints: Ints): Values => valuesOf(id, input, ints)

/** Typed by the model's fields, which nobody knows at compile time. */
const updateOf = (db: Db, model: GeneralModel, key: Values): GeneralUpdate =>
  db.update(model, key) as unknown as GeneralUpdate

const checkRead = async (stage: Stage): Promise<void> => {
  const { db, label, step, ints } = stage
  const { op, model: id, chain = [], compare } = step
  const objects = objectsOf(step).map(({ values }) => values)
  if (op === 'get') {
    assert.equal(
      [await run(stage)],
      objects.map(object => valuesOf(id, object, ints)),
      label
    )
    return tally.add('gets alike', label)
  }
  const items = await queryBy(db, id, modelOf(id, { ints }), callsOf(chain))
  const own = compare === 'differs' ? indexed(stage) : objects.filter(object => isOwn(id, object))
  assert.equal(
    items,
    own.map(object => valuesOf(id, object, ints)),
    label
  )
  if (compare === 'differs') tally.add('queries of an index that followed', label)
  else if (own.length === objects.length) tally.add('queries alike', label)
  else tally.except('queries without the rows of other models, which STORM takes for those of the one that asks', label)
}

/** STORM reads rows of other models too, but finds no sort key in them. */
const isOwn = (id: string, object: NeutralRecord): boolean =>
  declarationOf(id).sk_fields.every(name => object[name] !== null)

/** The rows that have the attributes which the index is asked for. */
const indexed = ({ before, step: { model, chain = [] } }: Stage): NeutralRecord[] => {
  const asked = Object.entries(chain[0]?.[1] ?? {})
  const names = declarationOf(model).fields.map(({ name }) => name)
  return before
    .map(neutralOf)
    .filter(row => asked.every(([name, value]) => row[name] === value))
    .map(row => Object.fromEntries(names.map(name => [name, row[name] ?? null])))
}

test('no step was left out', () => {
  assert.is(tally.total, scenarios.flatMap(({ steps }) => steps).length)
  tally.print()
})

test.run()
