import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UndecodableItem } from '../../lib/errors.ts'
import { localTable } from '../../lib/testing/index.ts'
import { declarationOf, type Neutral, type NeutralRecord, type Row, storedScenarios } from './data.ts'
import { isPartial, modelIds, modelOf, pick, setOf, type Values, valuesOf } from './models.ts'
import { fits, rowOnTheWire, rowsOf, seed, writerOf } from './rows.ts'
import { Tally } from './tally.ts'

const tally = new Tally('STORM rows')
const scenarios = storedScenarios()

/** All of STORM's models in one table. */
const app = setOf(modelIds)

for (const scenario of scenarios)
  test(`${scenario.id.replace(/^stored./, '')}: what STORM left in its table can be read`, () =>
    localTable(async ({ db, client, table }) => {
      for (const row of rowsOf(scenario)) {
        await seed(client, table, [row])
        const id = writerOf(row, scenario.models)
        const label = `${scenario.id} ${row.PK?.S} ${row.SK?.S}`
        const get = db.get(modelOf(id), keyOf(id, row)).orThrow()
        const sets = [setOf(scenario.models), app]
        if (!fits(row, id)) {
          await checkRefused(label, get)
          for (const set of sets) assert.throws(() => set.read(rowOnTheWire(row)), isUndecodable, label)
          continue
        }
        const item = valuesOf(id, neutralOf(row))
        assert.equal(await get, item, label)
        for (const set of sets) assert.equal(set.read(rowOnTheWire(row)), { model: id, item }, label)
        tally.add(isPartial(id, neutralOf(row)) ? 'but for attributes of types not yet there' : 'alike')
      }
    }))

/** The key attributes of a row. An update of STORM could change them, and left the row where it was. */
const keyOf = (id: string, row: Row): Values => {
  const { pk_fields, sk_fields } = declarationOf(id)
  const model = modelOf(id)
  const values = pick(neutralOf(row), [...pk_fields, ...sk_fields])
  const key = { PK: row.PK?.S ?? '', SK: row.SK?.S ?? '' }
  const { PK, SK } = model.key(values)
  if (PK === key.PK && SK === key.SK) return values
  tally.note('of them with attributes that contradict the key')
  const parsed = model.parse(key)
  assert.ok(parsed, `${key.PK} ${key.SK} cannot be read back`)
  return parsed
}

const checkRefused = async (label: string, get: PromiseLike<unknown>): Promise<void> => {
  const error = await Promise.resolve(get).then(
    () => undefined,
    (error: unknown) => error
  )
  assert.ok(isUndecodable(error), label)
  tally.add('refused: no integer, or more digits than a number holds')
}

const isUndecodable = (error: unknown): boolean => error instanceof UndecodableItem

const neutralOf = (row: Row): NeutralRecord =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, neutral(value)]))

/** What the types of here tell apart: text, number, truth value, nothing, and anything else. */
const neutral = ({ S, N, BOOL, NULL }: AttributeValue): Neutral =>
  N === undefined ? (S ?? BOOL ?? (NULL ? null : {})) : { $float: N }

test('no scenario is without rows', () => {
  assert.ok(tally.total >= scenarios.length)
  tally.print()
})

test.run()
