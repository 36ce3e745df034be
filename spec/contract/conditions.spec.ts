import fc from 'fast-check'
import { ConditionFailed, type ConditionInput, type InputOf } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { evaluate } from '../support/evaluate.ts'
import { condition, SECONDS, Thing, thing } from '../support/random-conditions.ts'
import { rowsOf } from '../support/rows.ts'
import { assertMany, runs } from '../support/runs.ts'

type Condition = ConditionInput<InputOf<typeof Thing>>

const engineTest = lacks('conditions') ? test.skip : test
const conditions = fc.array(
  condition().map(tree => tree as Condition),
  { minLength: 1, maxLength: 3 }
)
const key = (id: number) => ({ owner: 'o', id })
const ITEMS = 40

const show = (parts: readonly unknown[]): string =>
  JSON.stringify(parts, (_, value) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Set ? [...value] : value
  )

/** Random items, each under its position as id; the last place has none. */
const randomItems = (): InputOf<typeof Thing>[] =>
  fc.sample(thing, ITEMS).map((attributes, id) => ({ ...attributes, ...key(id) }))

engineTest('conditions select the items that they describe, as DynamoDB understands them', () =>
  localTable(async ({ db, client, table }) => {
    const items = randomItems()
    for (const item of items) await db.put(Thing, item)
    let held = 0
    let asked = 0
    await fc.assert(
      fc.asyncProperty(conditions, async all => {
        const { TableName, Key, ...guarded } = all
          .reduce((builder, one) => builder.if(one), db.delete(Thing, key(0)))
          .compile()
        const rows = await rowsOf(client, {
          TableName: table,
          KeyConditionExpression: 'PK = :pk',
          FilterExpression: guarded.ConditionExpression,
          ExpressionAttributeNames: guarded.ExpressionAttributeNames,
          ExpressionAttributeValues: { ':pk': { S: 'O#o#Thing' }, ...guarded.ExpressionAttributeValues }
        })
        const found = new Set(rows.map(item => Number(item.id?.N)))
        for (const item of items) {
          const expected = evaluate(all, item, SECONDS)
          if (found.has(item.id) === expected) continue
          assert.unreachable(
            `${guarded.ConditionExpression} is ${!expected} for ${show([item])}, asked as ${show(all)}`
          )
        }
        held += found.size
        asked += items.length
      }),
      { numRuns: runs(1_000) }
    )
    console.log(`${asked} answers, ${Math.round((100 * held) / asked)} % of them yes`)
    assertMany(held > asked / 20 && held < (asked * 19) / 20, 'conditions are neither always nor never true')
  })
)

engineTest('a write happens if its conditions hold, and is a ConditionFailed if not', () =>
  localTable(async ({ db }) => {
    const items = randomItems()
    for (const item of items) await db.put(Thing, item)
    await fc.assert(
      fc.asyncProperty(conditions, fc.nat(ITEMS), async (all, id) => {
        const item = items[id]
        const expected = evaluate(all, item ?? {}, SECONDS)
        // What is put is what was there; where nothing was, the item that is put goes again.
        const put = all.reduce((builder, one) => builder.if(one), db.put(Thing, item ?? key(id)))
        const error = await put.then(
          () => undefined,
          (error: unknown) => error
        )
        assert.is(error === undefined, expected, show(all))
        if (item === undefined) await db.delete(Thing, key(id))
        if (error === undefined) return
        assert.instance(error, ConditionFailed)
        const stored = item && (await db.get(Thing, key(id)))
        assert.equal((error as ConditionFailed).item, stored)
      }),
      { numRuns: runs(300) }
    )
  })
)

test.run()
