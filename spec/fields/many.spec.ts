/** A model with very many attributes costs in proportion to them, wherever each of them is looked at. */
import { connect, exists, model, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { assertLinear } from '../support/growth.ts'

const db = connect({ table: 'table' })

/** Makes a model of so many attributes, and works with its items. */
const work = (count: number): void => {
  const names = Array.from({ length: count }, (_, i) => `attribute${i}`)
  const fields = Object.fromEntries(
    names.map((name, i) => [name, i % 3 === 0 ? t.number().default(i) : t.string().optional()])
  )
  const Wide = model('Wide').pk('id').sk('n').fields(fields)
  const set = models({ Wide })
  const item = { id: 'i', n: '1', ...Object.fromEntries(names.map((name, i) => [name, i % 3 === 0 ? i : `text ${i}`])) }
  const definition = definitionIn(Wide)
  for (let i = 0; i < 5; i++) {
    const { Item = {} } = db.put(Wide, item as never).compile() // of fields that only data names
    const read = set.read(Item)
    assert.equal(read?.item, item)
    definition.decode({ id: { S: 'i' }, n: { S: '1' } })
    const some = Object.fromEntries(names.slice(0, 60).map(name => [name, item[name as keyof typeof item]]))
    db.update(Wide, { id: 'i', n: '1' })
      .set(some as never)
      .if({ attribute1: exists() } as never)
      .compile()
    db.query(Wide)
      .where({ id: 'i' })
      .only(...(names.slice(0, 50) as [never]))
      .compile()
  }
}

test('a model with 2,100 attributes takes not much more than thirty times as long as one with 70', () =>
  assertLinear(work, 70))

test.run()
