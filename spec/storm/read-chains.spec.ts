/** STORM's only() and starting_after(), alone and together, on the rows that STORM wrote. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { localTable } from '../../lib/testing/index.ts'
import { callsOf, isKnown, queryBy } from './chain.ts'
import { type NeutralRecord, objectsOf, readbackScenarios, type Step } from './data.ts'
import { type GeneralQuery, intsFor, keyAttributes, modelOf, pick, type Values, valuesOf } from './models.ts'
import { seed } from './rows.ts'
import { Tally } from './tally.ts'

interface Chain extends GeneralQuery {
  only(...names: readonly string[]): Chain
  startingAfter(key: Values): Chain
}

const tally = new Tally("STORM's only() and starting_after()")
const isHere = ({ chain = [] }: Step): boolean => callsOf(chain).some(([method]) => !isKnown(method))
const scenarios = readbackScenarios().map(scenario => ({ ...scenario, steps: scenario.steps.filter(isHere) }))

for (const { id, seed: rows = [], steps } of scenarios)
  if (steps.length > 0)
    test(`${id.replace(/^readback./, '')}: the same rows, with the same attributes`, () =>
      localTable(async ({ db, client, table }) => {
        await seed(client, table, rows)
        for (const [i, step] of steps.entries()) {
          const { model: name, chain = [], verdict, order } = step
          if (verdict === 'fix') {
            tally.add('of edges, which have specs of their own')
            continue
          }
          const calls = callsOf(chain)
          const using = calls[0]?.[1] as NeutralRecord
          const stored = objectsOf(step).map(({ values }) => values)
          const ints = intsFor(name, ...stored, using)
          const model = modelOf(name, { ints })
          const only =
            calls
              .find(([method]) => method === 'only')
              ?.slice(1)
              .map(String) ?? []
          const isAfter = calls.some(([method]) => method === 'starting_after')
          let query = queryBy(db, name, model, calls) as Chain
          if (only.length > 0) query = query.only(...only)
          if (isAfter) query = query.startingAfter(pick(valuesOf(name, using, ints), keyAttributes(name)))
          const items = await query
          const expected = stored.map(values => {
            const all = valuesOf(name, values, ints)
            return only.length > 0
              ? pick(
                  all,
                  only.filter(attribute => attribute in all)
                )
              : all
          })
          const label = `${id} step ${i} ${JSON.stringify(chain)}`
          if (order === undefined) assert.equal(items, expected, label)
          else for (const item of order === 'ties' ? expected : []) assert.ok(has(items, item), label)
          tally.add(order === undefined ? 'alike' : 'of equal rows on the index, none of which is skipped')
        }
      }))

const has = (items: readonly Values[], item: Values): boolean =>
  items.some(other => JSON.stringify(other) === JSON.stringify(item))

test('no step was left out', () => {
  assert.is(tally.total, scenarios.flatMap(({ steps }) => steps).length)
  tally.print()
})

test.run()
