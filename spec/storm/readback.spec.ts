import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ItemNotFound, UndecodableItem } from '../../lib/errors.ts'
import { localTable } from '../../lib/testing/index.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { assertRefused, callsOf, isChosen, queryBy } from './chain.ts'
import { objectsOf, type Row, readbackScenarios, type Step } from './data.ts'
import { type GeneralModel, type Ints, intsFor, keyAttributes, modelOf, pick, valuesOf } from './models.ts'
import { canHold, fits, seed } from './rows.ts'
import { stepId, Tally } from './tally.ts'

type Item = Record<string, unknown>

const tally = new Tally('STORM rows read back')
/** Without the steps of read-chains.spec.ts. */
const scenarios = readbackScenarios().map(scenario => ({
  ...scenario,
  steps: scenario.steps
    .map((step, i) => ({ step, label: stepId(scenario, i) }))
    .filter(({ step: { chain } }) => !(chain && isChosen(callsOf(chain))))
}))

for (const scenario of scenarios) {
  const { id, seed: rows = [], steps } = scenario
  const maybe = canHold(scenario) ? test : test.skip
  maybe(`${id.replace(/^readback./, '')}: rows that STORM wrote are read as STORM reads them`, () =>
    localTable(async ({ db, client, table }) => {
      await seed(client, table, rows)
      for (const { step, label } of steps)
        if (step.op === 'get') await checkGet(label, db, step, rows)
        else await checkQuery(label, db, step, rows)
    })
  )
}

const checkGet = async (label: string, db: Db, step: Step, rows: readonly Row[]): Promise<void> => {
  const { model: id, input = {}, expect } = step
  const { ints, items } = expectedOf(step, rows)
  const get = db.get(modelOf(id, { ints }), valuesOf(id, input))
  if (expect?.raises) {
    assert.is(expect.raises.type, 'ObjectDoesNotExist', label)
    assert.is(await get, undefined, label)
    assert.ok((await failure(get.orThrow())) instanceof ItemNotFound, label)
    return tally.add('gets of nothing', label)
  }
  assert.equal([await get.orThrow()], items, label)
  tally.add('gets alike', label)
  await note(label, items.length, ints, db.get(modelOf(id), valuesOf(id, input)))
}

const checkQuery = async (label: string, db: Db, step: Step, rows: readonly Row[]): Promise<void> => {
  const { model: id, chain = [], verdict, order } = step
  const calls = callsOf(chain)
  if (verdict === 'fix') {
    assertRefused(label, step, () => queryBy(db, id, modelOf(id), calls))
    return tally.add('queries refused before sending', label)
  }
  const expected = expectedOf(step, rows)
  const model = modelOf(id, { ints: expected.ints })
  const items = await queryBy(db, id, model, calls)
  if (order === 'ties-cut') {
    assert.is(items.length, expected.items.length, label)
    return tally.add('queries with as many rows', label)
  }
  if (order === 'ties') checkUpToTies(label, model, items, expected.items)
  else assert.equal(items, expected.items, label)
  tally.add('queries alike', label)
  await note(label, items.length, expected.ints, queryBy(db, id, modelOf(id), calls))
}

/** The objects as keystorm gives them, and what must stand for their ints. */
const expectedOf = (step: Step, rows: readonly Row[]): { items: Item[]; ints: Ints } => {
  const { model: id } = step
  const objects = objectsOf(step).map(({ values }) => values)
  for (const { PK, SK } of objects.map(values => modelOf(id).key(pick(values, keyAttributes(id))))) {
    const row = rows.find(row => row.PK?.S === PK && row.SK?.S === SK)
    assert.ok(row && fits(row, id), `${PK} ${SK}`)
  }
  const ints = intsFor(id, ...objects)
  return { items: objects.map(values => valuesOf(id, values, ints)), ints }
}

/** Better no number than another one: where bigints were needed, a model with t.int() refuses to read. */
const note = async (label: string, rows: number, ints: Ints, read: PromiseLike<unknown>): Promise<void> => {
  tally.note('rows compared', rows)
  if (ints === 'int') return
  assert.ok((await failure(read)) instanceof UndecodableItem, label)
  tally.note('reads alike with bigints, refused without')
}

const failure = (run: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(run).then(
    () => undefined,
    (error: unknown) => error
  )

/** Rows of the index that share SK come in no fixed order. */
const checkUpToTies = (label: string, model: GeneralModel, items: readonly Item[], expected: readonly Item[]): void => {
  const sortKeys = (list: readonly Item[]) => list.map(item => model.key(item).SK)
  const sorted = (list: readonly Item[]) => [...list].sort((a, b) => (whole(model, a) < whole(model, b) ? -1 : 1))
  assert.equal(sortKeys(items), sortKeys(expected), label)
  assert.equal(sorted(items), sorted(expected), label)
}

const whole = (model: GeneralModel, item: Item): string => JSON.stringify(model.key(item))

test('no step was left out', () => {
  assert.is(tally.total, scenarios.filter(canHold).flatMap(({ steps }) => steps).length)
  tally.print()
})

test.run()
