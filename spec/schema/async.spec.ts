import { connect, InvalidItem, InvalidRequest, type ItemOf, model, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { z } from 'zod'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const soon = <T>(value: T): Promise<T> => new Promise(resolve => setTimeout(resolve, 1, value))

/** Asks a slow service, as a schema may: is the name taken, is the domain one of ours. */
const isFree = (name: string): Promise<boolean> => soon(name !== 'taken')

const Account = model('Account')
  .pk('tenant')
  .sk('name')
  .gsi1('domain')
  .fields({
    name: z.string().toLowerCase().refine(isFree, 'is taken'),
    domain: v.pipeAsync(
      v.string(),
      v.checkAsync(isFree, 'is not ours'),
      v.transformAsync(text => soon(text.trim()))
    ),
    seats: z.string().transform(text => soon(Number(text))),
    plan: v.optional(v.picklist(['free', 'paid']), 'free'),
    active: t.boolean().default(true)
  })

isType<
  Equal<
    ItemOf<typeof Account>,
    { tenant: string; name: string; domain: string; seats: number; plan: 'free' | 'paid'; active: boolean }
  >
>()

const key = { tenant: 't', name: 'ann' }
const unsent = connect({ table: 'nowhere' })

test('create, put and update wait for schemas', () =>
  localTable(async ({ db }) => {
    const made = await db.create(Account, { tenant: 't', name: 'Ann', domain: ' d ', seats: '3' })
    assert.equal(made, { ...key, domain: 'd', seats: 3, plan: 'free', active: true })
    assert.equal(await db.get(Account, key), made)
    assert.equal(await db.query(Account).where({ domain: 'd' }).onGsi1(), [made])
    assert.is((await db.put(Account, { ...key, domain: 'e', seats: '4', plan: 'paid' })).seats, 4)
    await db.update(Account, key).set({ domain: ' f ', seats: '5' })
    assert.equal(await db.query(Account).where({ domain: 'f' }).onGsi1(), [
      { ...key, domain: 'f', seats: 5, plan: 'paid', active: true }
    ])
  }))

test('issues of schemas that answer late and of those that answer at once come in one error', async () => {
  const put = unsent.put(Account, { tenant: 't', name: 'taken', domain: 'taken', seats: '1', plan: 'x' as 'free' })
  const error = await errorFrom(() => put)
  assert.instance(error, InvalidItem)
  const paths = (error as InvalidItem).data.issues.map(({ path }) => path.join('.'))
  assert.equal(paths.sort(), ['domain', 'name', 'plan'])
  assert.match(error.message, /name: is taken/)
  assert.match(error.message, /domain: is not ours/)
})

test('a change is refused by a schema that answers late', async () => {
  const error = await errorFrom(() => unsent.update(Account, key).set({ domain: 'taken' }))
  assert.instance(error, InvalidItem)
  assert.match(error.message, /domain: is not ours/)
})

test('compile() cannot wait, and says so', () => {
  const put = unsent.put(Account, { ...key, domain: 'd', seats: '1' })
  const update = unsent.update(Account, key).set({ domain: 'd' })
  for (const builder of [put, update]) {
    const compile = () => builder.compile()
    assert.throws(compile, (error: unknown) => error instanceof InvalidRequest)
    assert.throws(compile, /^Account: a schema checks its values asynchronously.* await the builder instead\.$/)
  }
  assert.ok(unsent.update(Account, key).set({ active: false }).compile(), 'nothing to wait for')
  assert.ok(unsent.get(Account, key).compile())
  assert.ok(unsent.delete(Account, key).compile())
})

test('a read does not wait for schemas', () =>
  localTable(async ({ db }) => {
    let asked = 0
    const Slow = model('Slow')
      .pk('a')
      .sk('b')
      .fields({
        c: z
          .string()
          .refine(() => soon(++asked > 0))
          .optional()
      })
    await db.create(Slow, { a: '1', b: '2', c: 'x' })
    assert.ok(asked > 0)
    asked = 0
    assert.equal(await db.get(Slow, { a: '1', b: '2' }), { a: '1', b: '2', c: 'x' })
    assert.is(asked, 0)
  }))

test.run()
