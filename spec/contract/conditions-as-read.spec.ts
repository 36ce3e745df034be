/** What a filter or a condition says of a row, and what the read of the row says, never differ. */
import fc from 'fast-check'
import { isKeystormError } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, seed, writeRows } from '../support/laws.ts'
import { type Sample, sample } from '../support/random-fields.ts'
import { assertMany, runs } from '../support/runs.ts'

interface General extends PromiseLike<readonly { n: number }[]> {
  where(values: object): General
  filter(condition: unknown): General
}
interface Guarded extends PromiseLike<unknown> {
  if(condition: unknown): Guarded
}
type AnyDb = { query(model: unknown): General; delete(model: unknown, key: unknown): Guarded }

const MODELS = 50
const ROWS = 40
const engineTest = lacks('conditions') ? test.skip : test

const some = <T>(of: fc.Arbitrary<T>, numRuns: number, salt: number): T[] =>
  fc.sample(of, { seed: seed + salt, numRuns })

/** Rows that can be read, and their reads. */
const rowsOf = ({ model, row }: Sample, salt: number) =>
  some(row, ROWS, salt).flatMap((attributes, n) => {
    const stored: StoredItem = {
      ...attributes,
      PK: { S: `I#i${salt}#Loose` },
      SK: definitionIn(model).key({ id: 'i', n }).SK ?? { S: '' },
      id: { S: `i${salt}` },
      n: { N: `${n}` }
    }
    try {
      return [{ n, stored, item: definitionIn(model).decode(stored) }]
    } catch (error) {
      if (isKeystormError(error) && error.code === 'UndecodableItem') return []
      throw error
    }
  })

/** A condition that was refused says so for a reason of its own. */
const isRefused = (error: unknown): boolean =>
  isKeystormError(error) && (error.code === 'InvalidCondition' || error.code === 'InvalidRequest')

engineTest('a filter finds the rows whose read meets it', () =>
  localTable(async place => {
    const db = place.db as unknown as AnyDb
    let [asked, found, refused] = [0, 0, 0]
    for (const [salt, one] of some(sample, MODELS, 0).entries()) {
      const rows = rowsOf(one, salt)
      await writeRows(
        place,
        rows.map(({ stored }) => stored)
      )
      for (const condition of some(one.condition, Math.ceil(runs(2_000) / MODELS), salt)) {
        const query = db
          .query(one.model)
          .where({ id: `i${salt}` })
          .filter(condition)
        const got = await query.then(
          items => items.map(({ n }) => n),
          error => error as Error
        )
        if (isRefused(got)) refused++
        if (isRefused(got)) continue
        const expected = rows.filter(({ item }) => evaluate([condition], item, one.seconds)).map(({ n }) => n)
        assert.equal(
          got,
          expected,
          `${inWords({ condition, rows })} ${String((query as unknown as { explain(): unknown }).explain())}`
        )
        asked += rows.length
        found += expected.length
      }
    }
    console.log(`${asked} answers, ${Math.round((100 * found) / asked)} % of them yes; ${refused} refused`)
    assert.ok(refused < runs(2_000) / 20, `${refused} were refused`)
    assertMany(found > asked / 10 && found < (asked * 9) / 10, 'conditions are neither always nor never true')
  })
)

engineTest(
  'a write happens where the read of its item meets the condition, and defaults are not those of no item',
  () =>
    localTable(async place => {
      const db = place.db as unknown as AnyDb
      for (const [salt, one] of some(sample, MODELS, 7).entries()) {
        const rows = rowsOf(one, salt).slice(0, 4)
        await writeRows(
          place,
          rows.map(({ stored }) => stored)
        )
        for (const condition of some(one.condition, Math.ceil(runs(500) / MODELS), salt))
          for (const { n, stored, item } of [...rows, { n: 999, stored: undefined, item: {} }]) {
            const error = await errorFrom(() =>
              db
                .delete(one.model, { id: `i${salt}`, n })
                .if(condition)
                .then(() => undefined)
            ).catch(() => undefined)
            if (isRefused(error)) continue
            if (error === undefined && stored) await writeRows(place, [stored])
            if (error !== undefined) assert.is(isKeystormError(error) && error.code, 'ConditionFailed', String(error))
            assert.is(error === undefined, evaluate([condition], item, one.seconds), inWords({ condition, stored }))
          }
      }
    })
)

test.run()
