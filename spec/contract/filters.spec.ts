/** Filters select the items that they describe, with any limit, and in the order of the keys. */
import fc from 'fast-check'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, samples, writeRows } from '../support/laws.ts'
import { condition, SECONDS, Thing, thing } from '../support/random-conditions.ts'
import { assertMany, runs } from '../support/runs.ts'

interface General extends PromiseLike<unknown[]> {
  where(values: object): General
  filter(condition: unknown): General
  limit(items: number): General
  reverse(): General
  count(): Promise<number>
  first(): Promise<unknown>
}

const engineTest = lacks('conditions') ? test.skip : test

engineTest('random filters find what an evaluator in memory finds, in the order of the keys', () =>
  localTable(async place => {
    const partitions = samples(fc.array(thing, { minLength: 1, maxLength: 9 }), 40).map((things, n) =>
      things.map((values, id): Record<string, unknown> => ({ ...values, owner: `o${n}`, id }))
    )
    const encode = (item: unknown) => definitionIn(Thing).encode(item)
    await writeRows(place, partitions.flat().map(encode))
    const general = place.db as unknown as { query(model: typeof Thing): General }
    let found = 0
    await fc.assert(
      fc.asyncProperty(
        fc.nat(partitions.length - 1),
        fc.array(condition(), { minLength: 1, maxLength: 2 }),
        fc.option(fc.integer({ min: 1, max: 4 })),
        fc.boolean(),
        async (n, filters, limit, reverse) => {
          const items = partitions[n] ?? []
          let query = filters.reduce<General>(
            (query, filter) => query.filter(filter),
            general.query(Thing).where({ owner: `o${n}` })
          )
          if (limit !== null) query = query.limit(limit)
          if (reverse) query = query.reverse()
          const fitting = items.filter(item => evaluate(filters, item, SECONDS))
          if (reverse) fitting.reverse()
          const decode = (item: unknown) => definitionIn(Thing).decode(encode(item))
          const expected = fitting.slice(0, limit ?? undefined).map(decode)
          const asked = inWords({ n, filters, limit, reverse })
          assert.equal(await query, expected, asked)
          assert.is(await query.count(), expected.length, asked)
          assert.equal(await query.first(), expected[0], asked)
          found += expected.length
        }
      ),
      { numRuns: runs(500), includeErrorInReport: true }
    )
    assertMany(found > runs(500) / 10, `only ${found} items were found`)
  })
)

test.run()
