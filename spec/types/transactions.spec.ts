import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// What a user's editor shows for mistakes in transactions, and what it knows of their results.

const prelude = `
import { type AnyModel, BatchIncomplete, connect, type InputOf, type ItemOf, metered, missing, model, plus, t, type Usage, type WriteBuilder } from 'keystorm'
import { type Equal, isType } from '../support/types.ts'
const User = model('User').pk('user').sk('R#record').fields({ age: t.int().optional() })
const Order = model('Order').pk('user').sk('O#order').gsi1('shop', 'state')
  .fields({ total: t.number(), shop: t.string().optional(), state: t.string().optional() })
const Doc = model('Doc').pk('id').sk('#id').fields({ text: t.string(), version: t.version() })
type UserItem = ItemOf<typeof User>
type OrderItem = ItemOf<typeof Order>
type DocItem = ItemOf<typeof Doc>
const db = connect()
const user = { user: 'u', record: 'r' }
const order = { user: 'u', order: 'o' }
const get = db.get(User, user)
const create = db.create(Order, { ...order, total: 1 })
const update = db.update(User, user).set({ age: plus(1) })
const check = db.check(User, user).if({ age: 3 })
`

const mistakes: [what: string, code: string, ...message: string[]][] = [
  [
    'a get among writes',
    `db.transact(create, get)`,
    `is not assignable to parameter of type '"a transaction either reads or writes"'`
  ],
  [
    'a write among gets',
    `db.transact(get, create)`,
    `is not assignable to parameter of type '"a transaction either reads or writes"'`
  ],
  [
    'a query',
    `db.transact(db.query(User).where(user))`,
    `is not assignable to parameter of type '"a transaction takes get; or create, put, update, delete, move and check"'`
  ],
  [
    'a move among gets',
    `db.transact(get, db.move(User, user, { record: 's' }))`,
    `is not assignable to parameter of type '"a transaction either reads or writes"'`
  ],
  [
    'a move in a batch',
    `db.batchWrite(db.put(User, user), db.move(User, user, { record: 's' }))`,
    `is not assignable to parameter of type '"a batch checks nothing: use transact(), or the verb by itself"'`
  ],
  [
    'returning() of a put',
    `db.transact(db.put(User, user).returning('old'))`,
    `is not assignable to parameter of type '"returning() is for a write by itself"'`
  ],
  [
    'returning() of an update',
    `db.transact(create, update.returning('new'))`,
    `is not assignable to parameter of type '"returning() is for a write by itself"'`
  ],
  [
    'returning() of a delete',
    `db.transact(db.delete(User, user).returning('old').if({ age: 3 }))`,
    `is not assignable to parameter of type '"returning() is for a write by itself"'`
  ],
  [
    'an update that is not complete',
    `db.transact(db.update(Order, order).set({ shop: 's' }))`,
    `Order: set() gives shop but not state, and GSI1PK is made of all`
  ],
  ['a check of nothing', `await db.check(User, user)`, `<"check() has nothing to check: call .if(…)">`],
  ['a check of nothing, compiled', `db.check(User, user).compile()`, `<"check() has nothing to check: call .if(…)">`],
  [
    'a check of nothing, with others',
    `db.transact(create, db.check(User, user))`,
    `is not assignable to parameter of type '"check() has nothing to check: call .if(…)"'`
  ],
  ['a check of another type', `db.check(User, user).if({ age: 'x' })`, `Type 'string' is not assignable to type`],
  ['a token of gets', `db.transact(get).token('t')`, `Property 'token' does not exist on type 'TransactGet<`],
  ['a budget of what there is not', `metered(() => get, { maxMoney: 1 })`, `'maxMoney' does not exist in type`]
]

const fine = [
  `try { await create } catch (error) { if (error instanceof BatchIncomplete) { await db.batchWrite(error.left); await db.transact(error.left) } }`,
  `const found = await db.transact(get, db.get(Order, order).orThrow(), get.consistent()); isType<Equal<typeof found, [UserItem | undefined, OrderItem, UserItem | undefined]>>()`,
  `const found = await db.transact(...['a', 'b'].map(user => db.get(User, { user, record: 'r' }))); isType<Equal<typeof found, (UserItem | undefined)[]>>()`,
  `const [written, nothing] = await db.transact(create, update.if({ age: missing() }), db.delete(Doc, { id: 'd' }), check); isType<Equal<typeof written, OrderItem>>(); isType<Equal<typeof nothing, void>>()`,
  `const writes = await db.transact(...['a', 'b'].map(id => db.put(Doc, { id, text: 'x' }))).token('t').signal(AbortSignal.timeout(1)); isType<Equal<typeof writes, DocItem[]>>()`,
  `const [nothing, moved] = await db.transact(update, db.move(Doc, { id: 'd' }, { id: 'e' })); isType<Equal<typeof moved, DocItem>>(); const writes: WriteBuilder[] = [db.move(User, user, {})]`,
  `await db.transact(db.check(Doc, { id: 'd', version: 3 }), db.put(User, user).signal(AbortSignal.timeout(1)))`,
  `const writes: WriteBuilder[] = [create]; writes.push(update, check); const all = await db.transact(...writes); isType<Equal<typeof all, unknown[]>>()`,
  `const mixed = [create, update]; const all = await db.transact(...mixed); isType<Equal<typeof all, (OrderItem | void)[]>>()`,
  `const putAll = <M extends AnyModel>(model: M, item: InputOf<M>) => db.transact(db.put(model, item)); const [one] = await putAll(User, user); isType<Equal<typeof one, UserItem>>()`,
  `await check; await check.signal(AbortSignal.timeout(1)).if({ record: 'r' })`,
  `const input = db.transact(create).compile(); const token: string | undefined = input.ClientRequestToken`,
  `db.transact(get).compile().TransactItems?.[0]?.Get?.Key`,
  `const { result, usage } = await metered(() => get, { maxRequests: 1 }); isType<Equal<typeof result, UserItem | undefined>>(); const all: Usage = usage`,
  `const { result } = await metered(async usage => usage().tables.app?.indexes.GSI1?.readUnits); isType<Equal<typeof result, number | undefined>>()`
]

const messages = compile(prelude, [...mistakes.map(([, code]) => code), ...fine])

for (const [i, [what, , ...expected]] of mistakes.entries())
  test(`${what} is a compile error that names it`, () => {
    const text = messages[i]?.join('\n') ?? ''
    for (const part of expected) assert.ok(text.includes(part), `the compiler says: ${text || 'nothing'}`)
  })

for (const [i, code] of fine.entries()) test(`compiles: ${code}`, () => assert.equal(messages[mistakes.length + i], []))

test.run()
