/** Keys of a table that hold a derived text: what they do not tell is neither made up nor changed. */
import { connect, InvalidItem, layout, t, text } from 'keystorm'
import { modify } from 'keystorm/modify'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const app = layout({ pk: 'pk', sk: 'sk', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })
const User = app
  .model('User')
  .pk(text('USER#{mail:lower}'))
  .sk(text('USER'))
  .index('GSI1', { pk: text('MAIL#{mail}'), sk: text('STATE#{state}') })
  .fields({ mail: t.string(), state: t.string().optional(), visits: t.int().default(0) })
const ann = { mail: 'Ann@x', state: 'new', visits: 0 }
const byMail = { mail: 'Ann@x' }

test('an upsert leaves an attribute as it is of which its key has only a derived text', () =>
  localTable(app, async ({ db }) => {
    const upsert = (mail: string) => db.update(User, { mail }).set({ visits: 1 }).upsert().returning('new')
    await db.put(User, ann)
    assert.equal(await upsert('ANN@X'), { ...ann, visits: 1 })
    assert.equal(await db.query(User).where(byMail).on('GSI1'), [{ ...ann, visits: 1 }])
    assert.equal(await upsert('Bob@x'), { mail: 'Bob@x', visits: 1 })
  }))

const transactions = lacks('transactions') ? test.skip : test

transactions('an index key of more than the key tells is changed by modify(), which an update says', () =>
  localTable(app, async ({ db }) => {
    await db.put(User, ann)
    const error = await errorFrom(() => db.update(User, { mail: 'ann@x' }).set({ state: 'old' }))
    assert.instance(error, InvalidItem)
    assert.is(
      error.message,
      'User: nothing was sent, because GSI1PK: set() gives state, and GSI1PK and GSI1SK are made of it and of mail, of which the key tells only a derived text: use modify(), which reads the item.'
    )
    const changed = { ...ann, state: 'old' }
    assert.equal(await modify(db, User, { mail: 'ANN@x' }, user => ({ ...user, state: 'old' })), changed)
    const read = db
      .query(User)
      .where({ ...byMail, state: 'old' })
      .on('GSI1')
    assert.equal(await read, [changed])
    await modify(db, User, { mail: 'ann@x' }, ({ state: _, ...user }) => user)
    assert.equal(await read, [])
    const other = await errorFrom(() => modify(db, User, { mail: 'ann@x' }, user => ({ ...user, mail: 'ann@x' })))
    assert.match(other.message, /mail: stands in the primary key, which only move\(\) changes/)
  })
)

test('the compiler knows what a key with a derived text does not tell, and what it does', async () => {
  const db = connect({ table: 'app' })
  // @ts-expect-error User: set() gives state, and the keys of GSI1 are made of it and of mail, of which …
  assert.instance(await errorFrom(() => db.update(User, ann).set({ state: 'old' }).compile()), InvalidItem)
  db.update(User, ann).set({ visits: 1 }).compile()
  db.update(User, ann).remove('state').compile()
  db.update(User, ann).set({ state: 'old' }).asGiven()
  const Lower = app
    .model('Lower')
    .pk(text('L#{mail:lower}'))
    .sk(text('L'))
    .index('GSI1', { pk: text('MAIL#{mail:lower}'), sk: text('STATE#{state}') })
    .fields({ mail: t.string(), state: t.string() })
  db.update(Lower, ann).set({ state: 'old' }).compile()
  const Held = app
    .model('Held')
    .pk(text('H#{mail:lower}'))
    .sk(text('H#{mail}'))
    .index('GSI1', { pk: text('MAIL#{mail:upper}'), sk: ['state'] })
    .fields({ mail: t.string(), state: t.string() })
  db.update(Held, ann).set({ state: 'old' }).compile()
  const Parts = app
    .model('Parts')
    .pk(text('P#{mail:lower}'))
    .sk(text('P'))
    .index('GSI1', { pk: ['mail'], sk: ['state'] })
    .fields({ mail: t.string(), state: t.string() })
  // @ts-expect-error Parts: set() gives state, and the keys of GSI1 are made of it and of mail, of which …
  assert.instance(await errorFrom(() => db.update(Parts, ann).set({ state: 'old' }).compile()), InvalidItem)
})

test.run()
