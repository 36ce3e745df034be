/** What transactions promise on any engine that has them. */
import { randomUUID } from 'node:crypto'
import {
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
  type TransactWriteItemsCommandInput
} from '@aws-sdk/client-dynamodb'
import {
  ConditionFailed,
  gte,
  InvalidItem,
  InvalidRequest,
  ItemNotFound,
  metered,
  minus,
  missing,
  model,
  plus,
  TransactionCancelled,
  t,
  withTable
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { assertRequests, assertSent } from '../support/counted.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'

const maybe = lacks('transactions') ? test.skip : test

const Account = model('Account').pk('owner').sk('#owner').fields({ sum: t.int(), note: t.string().optional() })
const Job = model('Job')
  .pk('queue')
  .sk('J#job')
  .gsi1('state')
  .fields({ tries: t.int().default(0), version: t.version(), made: t.createdAt(), changed: t.updatedAt() })
const User = model('User')
  .pk('user')
  .sk('#user')
  .fields({ email: z.string().transform(async email => email.toLowerCase()) })

const ann = { owner: 'ann' }
const bob = { owner: 'bob' }
const job = { queue: 'mail', job: '1' }

/** What is sent by a client, and what comes of it when something stands in the way. */
const watched = (
  client: DynamoDBClient,
  use: (sent: { operation: string; input: TransactWriteItemsCommandInput }[]) => Promise<void>,
  act: (round: number) => void = () => {}
): Promise<void> => {
  const sent: { operation: string; input: TransactWriteItemsCommandInput }[] = []
  client.middlewareStack.add(
    (next, { commandName }) =>
      async args => {
        sent.push({ operation: String(commandName), input: args.input as TransactWriteItemsCommandInput })
        const result = await next(args)
        act(sent.length)
        return result
      },
    { step: 'initialize', name: 'watch' }
  )
  return use(sent).finally(() => client.middlewareStack.remove('watch'))
}

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map(Code => ({ Code, Message: `it is ${Code}` }))
  })

maybe('writes of every kind are carried out together, and give what they would give by themselves', () =>
  localTable(async ({ db }) => {
    await db.put(Account, { ...ann, sum: 5 })
    await db.put(Account, { ...bob, sum: 5, note: 'old' })
    const [created, nothing, replaced] = await db.transact(
      db.create(Job, { ...job, state: 'new' }),
      db
        .update(Account, ann)
        .set({ sum: minus(3) })
        .if({ sum: gte(3) }),
      db.put(User, { user: 'u', email: 'ANN@example.org' }),
      db.delete(Account, bob).if({ note: 'old' }),
      db.check(Account, { owner: 'eve' }).if({ sum: missing() })
    )
    assert.equal([created.version, created.tries, created.state, nothing], [1, 0, 'new', undefined])
    assert.is(replaced.email, 'ann@example.org')
    assert.equal(await db.get(Job, job), created)
    assert.equal(await db.query(Job).where({ state: 'new' }).onGsi1(), [created])
    assert.is((await db.get(Account, ann))?.sum, 2)
    assert.equal(await db.get(User, { user: 'u' }), replaced)
    assert.is(await db.get(Account, bob), undefined)
  })
)

maybe('managed attributes, the index and versions are those of the single verbs', () =>
  localTable(async ({ db }) => {
    const first = await db.create(Job, { ...job, state: 'new' })
    await db.transact(db.update(Job, first).set({ state: 'busy', tries: plus(1) }))
    const second = await db.get(Job, job).orThrow()
    assert.equal([second.version, second.tries, second.made], [2, 1, first.made])
    assert.equal(await db.query(Job).where({ state: 'new' }).onGsi1(), [])
    assert.equal(await db.query(Job).where({ state: 'busy' }).onGsi1(), [second])
    const [third] = await db.transact(db.put(Job, { ...second, state: 'done' }))
    assert.is(third.version, 3)
    const error = (await errorFrom(() => db.transact(db.delete(Job, second)))) as TransactionCancelled
    assert.instance(error, TransactionCancelled)
    assert.equal(error.data.reasons[0]?.item, third)
    await db.transact(db.check(Job, third), db.create(Account, { ...ann, sum: 1 }))
    await db.transact(db.delete(Job, third))
    assert.is(await db.get(Job, job), undefined)
  })
)

maybe('a transaction that is cancelled writes nothing, and says of each operation why', () =>
  localTable(async ({ db }) => {
    await db.put(Account, { ...ann, sum: 5, note: 'secret' })
    await db.put(Account, { ...bob, sum: 1 })
    const error = await errorFrom(() =>
      db.transact(
        db.create(Account, { ...ann, sum: 9 }),
        db.update(Account, { owner: 'eve' }).set({ sum: 1 }),
        db.put(Job, { ...job, state: 'new' }),
        db
          .update(Account, bob)
          .set({ sum: minus(3) })
          .if({ sum: gte(3) }),
        db.check(Account, { owner: 'dan' }).if({ sum: 1 })
      )
    )
    assert.instance(error, TransactionCancelled)
    const { reasons } = (error as TransactionCancelled).data
    assert.equal(
      reasons.map(({ code, model, key, item }) => [code, model, key.PK, item]),
      [
        ['ItemExists', 'Account', 'O#ann#Account', { ...ann, sum: 5, note: 'secret' }],
        ['ItemNotFound', 'Account', 'O#eve#Account', undefined],
        ['None', 'Job', 'Q#mail#Job', undefined],
        ['ConditionFailed', 'Account', 'O#bob#Account', { ...bob, sum: 1 }],
        ['ConditionFailed', 'Account', 'O#dan#Account', undefined]
      ]
    )
    assert.match(reasons[0]?.message ?? '', 'Account: there already is an item under PK "O#ann#Account"')
    assert.match(error.message, /^transact\(\): nothing was written, because of operation 1: Account: there already is/)
    assert.match(error.message, 'operation 2: Account: no item under PK "O#eve#Account"')
    assert.not.match(error.message, 'operation 3')
    assert.not.match(error.message, 'secret')
    assert.instance(error.cause, TransactionCanceledException)
    assert.is(await db.get(Job, job), undefined)
    assert.is((await db.get(Account, ann))?.sum, 5)
  })
)

maybe('gets see one moment, in the order asked, and may have to find', () =>
  localTable(async ({ db }) => {
    await db.put(Account, { ...ann, sum: 5 })
    const made = await db.create(Job, { ...job, state: 'new' })
    const gets = db.transact(db.get(Job, job).orThrow(), db.get(Account, bob), db.get(Account, ann).consistent())
    assert.equal(await gets, [made, undefined, { ...ann, sum: 5 }])
    const error = await errorFrom(() => db.transact(db.get(Account, ann), db.get(Account, bob).orThrow()))
    assert.instance(error, ItemNotFound)
    assert.equal(await db.transact(...[ann, bob].map(owner => db.get(Account, owner))), [{ ...ann, sum: 5 }, undefined])
  })
)

maybe('what is compiled is what is sent, but for a token of its own for each run', () =>
  localTable(({ db, client, table }) =>
    watched(client, async sent => {
      const transfer = db.transact(
        db.put(Account, { ...ann, sum: 1 }),
        db.check(Account, bob).if({ sum: missing() }),
        db.create(Account, { owner: 'eve', sum: 2 })
      )
      const Key = { PK: { S: 'O#bob#Account' }, SK: { S: 'bob' } }
      assert.equal(transfer.compile(), {
        TransactItems: [
          { Put: db.put(Account, { ...ann, sum: 1 }).compile() },
          {
            ConditionCheck: {
              TableName: table,
              Key,
              ConditionExpression: 'attribute_not_exists(#0)',
              ExpressionAttributeNames: { '#0': 'sum' },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
            }
          },
          {
            Put: {
              ...db.create(Account, { owner: 'eve', sum: 2 }).compile(),
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
            }
          }
        ]
      })
      await transfer
      await errorFrom(() => transfer)
      assertSent(
        sent.map(({ operation }) => operation),
        ['TransactWriteItemsCommand', 'TransactWriteItemsCommand']
      )
      const { ClientRequestToken, ...input } = sent[0]?.input ?? {}
      assert.equal(input, transfer.compile())
      assert.match(ClientRequestToken ?? '', /^[\w-]{36}$/)
      assert.is.not(sent.at(-1)?.input.ClientRequestToken, ClientRequestToken)
      const gets = db.transact(db.get(Account, ann), db.get(Account, bob).consistent())
      assert.equal(gets.compile(), {
        TransactItems: [{ Get: db.get(Account, ann).compile() }, { Get: { TableName: table, Key } }]
      })
    })
  )
)

maybe('with a token, a transaction that was cancelled is made anew', () =>
  localTable(async ({ db }) => {
    const transfer = db
      .transact(db.update(Account, ann).set({ sum: minus(1) }), db.create(Job, { ...job, state: 'new' }))
      .token(randomUUID())
    assert.instance(await errorFrom(() => transfer), TransactionCancelled)
    await db.put(Account, { ...ann, sum: 5 })
    const before = new Date()
    const [, made] = await transfer
    assert.ok(made.made >= before)
    assert.is((await db.get(Account, ann))?.sum, 4)
  })
)

maybe('with a token, a transaction that is run again is not carried out again', () =>
  localTable(({ db, client }) =>
    watched(client, async sent => {
      await db.put(Account, { ...ann, sum: 5 })
      const token = randomUUID() // an engine that is asked by both clients knows it for ten minutes
      const transfer = db
        .transact(db.update(Account, ann).set({ sum: minus(1) }), db.create(Job, { ...job, state: 'new' }))
        .token(token)
      assert.is(transfer.compile().ClientRequestToken, token)
      const [, first] = await transfer
      const [, second] = await transfer.signal(new AbortController().signal)
      assert.is((await db.get(Account, ann))?.sum, 4)
      assert.equal(second, first)
      const inputs = sent.flatMap(({ operation, input }) => (operation.startsWith('Transact') ? [input] : []))
      assert.equal(inputs[0], inputs[1])
      for (const token of ['', 'x'.repeat(37), 7 as unknown as string])
        assert.instance(await errorFrom(() => transfer.token(token)), InvalidRequest)
    })
  )
)

maybe('a token that was that of other content is refused in words, and nothing is written', () =>
  localTable(async ({ db }) => {
    await db.put(Account, { ...ann, sum: 5 })
    const token = randomUUID()
    const less = (n: number) => db.transact(db.update(Account, ann).set({ sum: minus(n) })).token(token)
    await less(1)
    await less(1) // of the same content
    const error = await errorFrom(async () => await less(2))
    assert.instance(error, InvalidRequest)
    assert.match(error.message, 'token() was given a text that a transaction of other content had')
    assert.is((error.cause as Error).name, 'IdempotentParameterMismatchException')
    assert.is((await db.get(Account, ann))?.sum, 4)
  })
)

const passing = [
  ['a conflict', cancelled('None', 'TransactionConflict')],
  ['throttling', cancelled('ThrottlingError', 'TransactionConflict')],
  [
    'one that is still in progress',
    new TransactionInProgressException({ Message: 'wait', $metadata: {}, message: 'wait' })
  ],
  ['a lost answer', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })]
] as const
for (const [what, error] of passing)
  maybe(`after ${what} it is sent again with the same token, and carried out once`, () =>
    localTable(async ({ db, client }) => {
      await db.put(Account, { ...ann, sum: 5 })
      const act = (round: number) => {
        if (round < 4) throw error // behind the engine: it has been carried out
      }
      await watched(
        client,
        async sent => {
          const { usage } = await metered(() =>
            db.transact(db.update(Account, ann).set({ sum: minus(1) }), db.put(Account, { ...bob, sum: 0 }))
          )
          assertRequests(sent.length, 4)
          assert.is(new Set(sent.map(({ input }) => input.ClientRequestToken)).size, 1)
          assert.ok(usage.retries >= 3 && usage.requests === usage.retries + 1)
        },
        act
      )
      assert.is((await db.get(Account, ann))?.sum, 4)
      const gets = db.transact(db.get(Account, ann), db.get(Account, bob))
      await watched(
        client,
        async () =>
          assert.equal(await gets, [
            { ...ann, sum: 4 },
            { ...bob, sum: 0 }
          ]),
        act
      )
    })
  )

maybe('a conflict beside what does not pass is not tried again; other errors go through as they are', () =>
  localTable(async ({ db, client }) => {
    for (const error of [cancelled('TransactionConflict', 'ValidationError'), new Error('no such luck')]) {
      const act = () => {
        throw error
      }
      await watched(
        client,
        async sent => {
          const thrown = await errorFrom(() => db.transact(db.get(Account, ann), db.get(Account, bob)))
          assertRequests(sent.length, 1)
          if (!(error instanceof TransactionCanceledException)) return assert.is(thrown, error)
          assert.instance(thrown, TransactionCancelled)
          assert.is(thrown.cause, error)
          assert.match(
            thrown.message,
            'nothing was read, because of operation 1: Account: TransactionConflict: it is TransactionConflict; operation 2: '
          )
          const [conflict, invalid] = (thrown as TransactionCancelled).data.reasons
          assert.equal(conflict, {
            code: 'TransactionConflict',
            message: 'it is TransactionConflict',
            model: 'Account',
            key: Account.key(ann),
            item: undefined
          })
          assert.is(invalid?.code, 'ValidationError')
        },
        act
      )
    }
  })
)

maybe('a check by itself passes, or is a ConditionFailed with the item', () =>
  localTable(async ({ db }) => {
    await db.put(Account, { ...ann, sum: 5 })
    assert.is(await db.check(Account, ann).if({ sum: gte(5) }), undefined)
    const error = (await errorFrom(() => db.check(Account, ann).if({ sum: gte(6) }))) as ConditionFailed
    assert.instance(error, ConditionFailed)
    assert.equal(error.item, { ...ann, sum: 5 })
    assert.instance(await errorFrom(() => db.check(Account, bob).if({ sum: 1 })), ConditionFailed)
  })
)

const put = (owner: string) => ({ owner, sum: 1 })

test('what DynamoDB would refuse is refused before anything is sent', () =>
  localTable(({ db, client, table }) =>
    watched(client, async sent => {
      const big = (note: string, bytes: number) => db.put(Account, { ...put(note), note: note.repeat(bytes) })
      const elsewhere = withTable('elsewhere', { client }, () => db.put(Account, put('x')))
      const otherwise = withTable(table, { client: Object.create(client) }, () => db.put(Account, put('x')))
      const get = db.get(Account, ann)
      const any = (...builders: unknown[]) => db.transact(...(builders as never[]))
      const refused: [what: () => PromiseLike<unknown>, message: RegExp][] = [
        // @ts-expect-error no builder
        [() => db.transact(), /there is no operation/],
        [
          () => db.transact(...Array.from({ length: 101 }, (_, i) => db.put(Account, put(`${i}`)))),
          /101 operations, and 100/
        ],
        [
          () => db.transact(...Array.from({ length: 101 }, (_, i) => db.get(Account, { owner: `${i}` }))),
          /101 operations/
        ],
        [
          () =>
            db.transact(
              db.put(Account, put('a')),
              db.put(Account, put('b')),
              db.check(Account, { owner: 'a' }).if({ sum: 1 })
            ),
          /operations 1 \(Account\) and 3 \(Account\) are for the same item, PK "O#a#Account", SK "a"/
        ],
        [
          () => db.transact(get, db.get(Account, bob), get),
          /operations 1 \(Account\) and 3 \(Account\) are for the same item/
        ],
        [() => db.transact(big('a', 401 * 1024)), /operation 1 \(Account\) has 4\d{5} bytes, and 409600/],
        [
          () => db.transact(...[...'abcdefghijk'].map(note => big(note, 390 * 1024))),
          /the items have 4\d{6} bytes in all, and 4194304/
        ],
        [
          () => db.transact(db.put(Account, put('a')), elsewhere),
          /operation 2 \(Account\) was made for the table elsewhere, and/
        ],
        [() => withTable('elsewhere', () => db.transact(get)), /operation 1 \(Account\) was made for the table/],
        [() => db.transact(otherwise), /operation 1 \(Account\) was made for another client/],
        [
          () => any(get, db.put(Account, put('x'))),
          /operation 1 is a get among others: a transaction either reads or writes/
        ],
        [
          () => any(db.put(Account, put('x')), get),
          /operation 2 is a get among others: a transaction either reads or writes/
        ],
        [() => any(db.query(Account).where(ann)), /operation 1: a transaction takes get; or create/],
        [() => any(undefined), /operation 1: a transaction takes/],
        [
          () => any(db.put(Account, put('x')).returning('old')),
          /operation 1 \(Account\): returning\(\) is for a write by itself/
        ],
        [() => any(db.update(Account, ann).set({ sum: 1 }).returning('new')), /returning\(\) is for a write by itself/],
        [() => any(db.delete(Account, ann).returning('old')), /returning\(\) is for a write by itself/],
        [() => any(db.check(Account, ann)), /check\(\) has nothing to check: call .if/],
        [() => any(db.update(Account, ann)), /update\(\) has nothing to change/]
      ]
      for (const [act, message] of refused) {
        const error = await errorFrom(act)
        assert.instance(error, InvalidRequest, error.message)
        assert.match(error.message, message)
      }
      assert.instance(await errorFrom(() => any(db.put(Account, { ...ann, sum: 1.5 }))), InvalidItem)
      const reason = new Error('enough')
      const aborted = AbortSignal.abort(reason)
      for (const act of [
        () => db.transact(db.put(Account, put('a'))).signal(aborted),
        () => db.transact(db.put(Account, put('a')), db.put(Account, put('b')).signal(aborted)),
        () => db.transact(get).signal(aborted),
        () => db.transact(get.signal(aborted), db.get(Account, bob).signal(new AbortController().signal)),
        () => db.check(Account, ann).if({ sum: 1 }).signal(aborted)
      ])
        assert.is(await errorFrom(act), reason)
      assert.equal(sent, [])
    })
  ))

test('a transaction with a schema that is asynchronous cannot be compiled', () =>
  localTable(async ({ db }) => {
    const transfer = db.transact(db.put(Account, { ...ann, sum: 1 }), db.put(User, { user: 'u', email: 'X' }))
    assert.match((await errorFrom(() => transfer.compile())).message, /asynchronous/)
  }))

test.run()
