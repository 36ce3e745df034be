import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { UndecodableItem } from '../../lib/errors.ts'
import { localTable } from '../../lib/testing/index.ts'
import { declarationOf, type Row, storedScenarios } from './data.ts'
import { type Ints, intsFor, modelIds, modelOf, pick, setOf, type Values, valuesOf } from './models.ts'
import { fits, neutralOf, rowOnTheWire, rowsOf, seed, writerOf } from './rows.ts'
import { Tally } from './tally.ts'

const tally = new Tally('STORM rows')
const scenarios = storedScenarios()

/** All of STORM's models in one table. */
const apps = new Map<Ints, ReturnType<typeof setOf>>()
for (const ints of ['int', 'bigint'] as const) apps.set(ints, setOf(modelIds, { ints, missing: 'absent' }))

for (const scenario of scenarios)
  test(`${scenario.id.replace(/^stored./, '')}: what STORM left in its table can be read`, () =>
    localTable(async ({ db, client, table }) => {
      for (const row of rowsOf(scenario)) {
        await seed(client, table, [row])
        const id = writerOf(row, scenario.models)
        const label = `${scenario.id} ${row.PK?.S} ${row.SK?.S}`
        const ints = fits(row, id) ? intsFor(id, neutralOf(row)) : 'int'
        const variant = { ints, missing: 'absent' } as const
        const get = db.get(modelOf(id, variant), keyOf(id, row)).orThrow()
        const sets = [setOf(scenario.models, variant), apps.get(ints)]
        if (!fits(row, id)) {
          await checkRefused(label, get)
          for (const set of sets) assert.throws(() => set?.read(rowOnTheWire(row)), isUndecodable, label)
          continue
        }
        const item = valuesOf(id, neutralOf(row), ints)
        assert.equal(await get, item, label)
        for (const set of sets) assert.equal(set?.read(rowOnTheWire(row)), { model: id, item }, label)
        tally.add(HOW[ints])
      }
    }))

const HOW: Readonly<Record<Ints, string>> = {
  int: 'alike',
  bigint: 'alike with bigints for ints beyond 2^53',
  number: 'never'
}

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
  tally.add('refused: a fraction in an int')
}

const isUndecodable = (error: unknown): boolean => error instanceof UndecodableItem

test('no row was left out', () => {
  const rows = scenarios.map(scenario => rowsOf(scenario).length)
  assert.ok(rows.every(count => count > 0))
  assert.is(
    tally.total,
    rows.reduce((sum, count) => sum + count, 0)
  )
  tally.print()
})

test.run()
