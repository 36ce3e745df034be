/**
 * STORM's only() and starting_after(), alone and together, on the rows that STORM wrote. What they choose is part of
 * what the same query finds without them, in the order in which it finds it: rows of the index that share SK have an
 * order, but nobody says which.
 */
import { isDeepStrictEqual } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localTable } from '../../lib/testing/index.ts'
import type { Db } from '../../lib/verbs/db.ts'
import { assertRefused, callsOf, isChosen, queryBy, usingOf } from './chain.ts'
import { type Call, objectsOf, readbackScenarios, type Step } from './data.ts'
import { type GeneralModel, type Ints, intsFor, modelOf, type Values, valuesOf } from './models.ts'
import { canHold, neutralOf, seed } from './rows.ts'
import { stepId, Tally } from './tally.ts'

const tally = new Tally("STORM's only() and starting_after()")
const scenarios = readbackScenarios().map(scenario => ({
  ...scenario,
  steps: scenario.steps
    .map((step, i) => ({ step, label: stepId(scenario, i) }))
    .filter(({ step: { chain } }) => chain && isChosen(callsOf(chain)))
}))

for (const scenario of scenarios.filter(({ steps }) => steps.length > 0)) {
  const { id, seed: rows = [], steps } = scenario
  const maybe = canHold(scenario) ? test : test.skip
  maybe(`${id.replace(/^readback./, '')}: the same rows, with the same attributes`, () =>
    localTable(async ({ db, client, table }) => {
      await seed(client, table, rows)
      const neutral = rows.map(neutralOf)
      for (const { step, label } of steps) {
        const { model: name, chain = [] } = step
        const ints = intsFor(name, ...neutral)
        await check({ db, step, label, ints, model: modelOf(name, { ints }), calls: callsOf(chain) })
      }
    })
  )
}

interface Stage {
  readonly db: Db
  readonly step: Step
  readonly label: string
  readonly ints: Ints
  readonly model: GeneralModel
  readonly calls: readonly Call[]
}

const check = async (stage: Stage): Promise<void> => {
  const { db, step, label, model, calls } = stage
  const query = () => queryBy(db, step.model, model, calls)
  if (step.compare === 'error') {
    assertRefused(label, step, query)
    return tally.add('refused before sending', label)
  }
  const items = await query()
  assert.equal(items, await chosen(stage), label)
  if (step.verdict === 'keep') checkRecorded(stage, items)
  else
    tally.add(
      step.expect?.raises
        ? 'with reserved words, which STORM cannot'
        : 'backwards, where STORM starts on the wrong side',
      label
    )
}

/** What a query should give: of all that it finds without its choices, the part behind the start, cut and narrowed. */
const chosen = async ({ db, step, label, model, calls }: Stage): Promise<Values[]> => {
  const all = await queryBy(
    db,
    step.model,
    model,
    calls.filter(call => !isChosen([call]) && call[0] !== 'limit')
  )
  const argument = (name: string): Call | undefined => calls.find(([method]) => method === name)
  const [, limit = all.length] = argument('limit') ?? []
  const names = argument('only')?.slice(1) ?? []
  let from = 0
  if (argument('starting_after')) {
    const start = model.key(valuesOf(step.model, usingOf(calls)))
    from = 1 + all.findIndex(item => isDeepStrictEqual(model.key(item), start))
    assert.ok(from > 0, `${label}: the row to start after is not there`)
  }
  return all.slice(from, from + Number(limit)).map(item => (names.length > 0 ? narrowed(item, names) : item))
}

const narrowed = (item: Values, names: readonly unknown[]): Values =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))

/** What STORM found. Where rows of the index share SK, it skips those that share the start's. */
const checkRecorded = ({ step, label, ints, calls }: Stage, items: readonly Values[]): void => {
  const { model: name, order } = step
  const objects = objectsOf(step).map(({ values }) => values)
  const [, ...names] = calls.find(([method]) => method === 'only') ?? []
  const recorded = objects.map(object => {
    const values = valuesOf(name, object, ints)
    return names.length > 0 ? narrowed(values, names) : values
  })
  if (order === undefined) assert.equal(items, recorded, label)
  else assert.ok(items.length >= recorded.length, label)
  if (order === 'ties')
    for (const item of recorded)
      assert.ok(
        items.some(other => isDeepStrictEqual(other, item)),
        label
      )
  tally.add(order === undefined ? 'alike' : 'among rows that share SK, none of which is skipped', label)
}

test('no step was left out', () => {
  assert.is(tally.total, scenarios.filter(canHold).flatMap(({ steps }) => steps).length)
  tally.print()
})

test.run()
