/** What differs between keystorm and STORM on the same table: only what STORM gets wrong, shown by STORM itself. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { plus } from '../../lib/expressions/operators.ts'
import * as t from '../../lib/fields/t.ts'
import { model } from '../../lib/schema/model.ts'
import type { FieldDeclaration, ModelDeclaration } from '../storm/data.ts'
import { crossing } from './both.ts'
import { raises } from './cross.ts'

const Fruit = model('Fruit')
  .pk('apple')
  .sk('banana')
  .gsi1('farm')
  .fields({ weight: t.number(), count: t.int(), farm: t.string() })
const field = (name: string, type = 'str'): FieldDeclaration => ({
  name,
  type,
  effective_identifier: name.charAt(0).toUpperCase()
})
const declaration: ModelDeclaration = {
  class_name: 'Fruit',
  effective_suffix: 'Fruit',
  fields: [field('apple'), field('banana'), field('farm'), field('weight', 'float'), field('count', 'int')],
  pk_fields: ['apple'],
  sk_fields: ['banana'],
  gsi_fields: ['farm']
}
const key = { apple: 'a', banana: 'b' }
const fruit = { ...key, farm: 'hill', weight: 1, count: 1 }

let shown = 0
const fault = (edge: string, what: string): void => {
  shown++
  console.log(`STORM's fault ${edge}: ${what}`)
}

crossing('STORM reads a fraction that keystorm wrote, but cannot save it again', ({ storm, tables }) =>
  tables(async ({ db, table }) => {
    await storm.define(declaration)
    await db.put(Fruit, { ...fruit, weight: 99.99 })
    const read = await storm.get(table, 'Fruit', key)
    assert.equal(read.weight, { $float: '99.99' })
    await raises(() => storm.save(table, 'Fruit', read), 'TypeError')
    assert.is((await db.put(Fruit, await db.get(Fruit, key).orThrow())).weight, 99.99)
    fault('V03', 'a float can be read, but not saved')
  })
)

crossing(
  "STORM's update leaves an item where it was on the index; keystorm's takes it along, and repairs it",
  ({ storm, tables }) =>
    tables(async ({ db, table }) => {
      await storm.define(declaration)
      await storm.save(table, 'Fruit', fruit)
      await storm.update(table, 'Fruit', key, { farm: 'dale' })
      assert.equal(await db.query(Fruit).where({ farm: 'dale' }).onGsi1(), [])
      assert.equal((await db.query(Fruit).where({ farm: 'hill' }).onGsi1())[0]?.farm, 'dale')
      await db.update(Fruit, key).set({ farm: 'dale' })
      const [found] = await storm.query(table, 'Fruit', { farm: 'dale' }, ['use_index', true])
      assert.is(found?.farm, 'dale')
      fault('W10', 'an update of an attribute of GSI1PK does not change GSI1PK')
    })
)

crossing('STORM cannot count in an attribute whose name is reserved, or is given a fraction', ({ storm, tables }) =>
  tables(async ({ db, table }) => {
    await storm.define(declaration)
    await storm.save(table, 'Fruit', fruit)
    await raises(() => storm.update(table, 'Fruit', key, { count: { $add: [{ $F: 'count' }, 1] } }), 'ClientError')
    await raises(() => storm.update(table, 'Fruit', key, { weight: { $float: '2.5' } }), 'TypeError')
    await db.update(Fruit, key).set({ count: plus(1), weight: 2.5 })
    const { count, weight } = await storm.get(table, 'Fruit', key)
    assert.equal([count, weight], [2, { $float: '2.5' }])
    fault('W11', 'F() of a reserved word')
  })
)

crossing('STORM stores what a number field is given as text; keystorm reads the number', ({ storm, tables }) =>
  tables(async ({ db, table }) => {
    await storm.define(declaration)
    await storm.save(table, 'Fruit', { ...fruit, count: '12' })
    assert.is((await db.get(Fruit, key))?.count, 12)
    fault('V02', "'12' in an int is stored as text")
  })
)

crossing(
  'a value with # has the key of STORM only with rawKeys(), since STORM mixes up such keys',
  ({ storm, tables }) =>
    tables(async ({ db, table }) => {
      await storm.define(declaration)
      const odd = { ...fruit, apple: 'x#y' }
      await storm.save(table, 'Fruit', odd)
      assert.is(await db.get(Fruit, odd), undefined)
      assert.equal(await db.get(Fruit.rawKeys(), odd), odd)
      fault('K01 K02', '# in a value is not escaped')
    })
)

crossing(
  "STORM takes the rows of other models in a partition for its own; keystorm's queries leave them out",
  ({ storm, tables }) =>
    tables(async ({ db, table }) => {
      await storm.define(declaration)
      await storm.save(table, 'Fruit', fruit)
      const Note = model('Note').pk('apple').suffix('Fruit').sk('note')
      await db.put(Note, { apple: 'a', note: 'n' })
      const rows = await storm.query(table, 'Fruit', key)
      assert.equal(
        rows.map(({ banana }) => banana),
        ['b', null]
      )
      assert.equal(await db.query(Fruit).where({ apple: 'a' }), [fruit])
      fault('Q12', 'rows of other models are read as those of the one that asks')
    })
)

crossing('STORM starts on the wrong side of a row when it reads backwards', ({ storm, tables }) =>
  tables(async ({ db, table }) => {
    await storm.define(declaration)
    for (const banana of ['1', '2', '3']) await storm.save(table, 'Fruit', { ...fruit, banana })
    const middle = { apple: 'a', banana: '2' }
    const rows = await storm.query(table, 'Fruit', middle, ['reverse'], ['starting_after', true])
    assert.equal(
      rows.map(({ banana }) => banana),
      ['3']
    )
    const items = await db.query(Fruit).where({ apple: 'a' }).reverse().startingAfter(middle)
    assert.equal(
      items.map(({ banana }) => banana),
      ['1']
    )
    fault('Q07', 'starting_after() with reverse()')
  })
)

crossing('each of these faults was shown', async () => assert.is(shown, 7))

test.run()
