import {
  type CancellationReason,
  connect,
  InvalidItem,
  metered,
  model,
  models,
  TransactionCancelled,
  t
} from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
const M = model('M')
  .pk('a')
  .sk('b')
  .fields({ text: t.string().optional(), list: t.list(t.string()).optional() })
const Doc = model('Doc').pk('a').sk('b').fields({ n: t.int().optional(), version: t.version() })
const db = connect({ table: 'app', client })
const key = { a: 'x', b: 'y' }
const untyped = <T>(value: unknown): T => value as T

test('an item of more than 400 KB is refused before it is sent, with its size', async () => {
  for (const item of [
    { ...key, text: 'x'.repeat(409_600) },
    { ...key, text: 'é'.repeat(250_000) },
    { ...key, list: Array.from({ length: 50_000 }, () => '12345678') }
  ])
    for (const act of [() => db.put(M, item), () => db.create(M, item), () => db.put(M, item).compile()]) {
      const error = await errorFrom(act)
      assert.instance(error, InvalidItem)
      assert.match(
        error.message,
        /^M: nothing was sent, because the item: has \d+ bytes, names included, and 409600 are/
      )
    }
  assert.is(requests.count, 0)
  await localTable(async ({ db }) => {
    const text = 'x'.repeat(409_600 - Buffer.byteLength('PKA#x#MSKB#yaxbytext'))
    await db.put(M, { ...key, text })
    assert.instance(await errorFrom(() => db.put(M, { ...key, text: `${text}x` })), InvalidItem)
  })
})

test('what is no model is refused by each verb, which says what it takes', async () => {
  const set = untyped<typeof M>(models({ M }))
  const refused: [act: () => unknown, message: RegExp][] = [
    [() => db.query(set), /^query\(\): takes models, and was given a set of them: name those that are meant\.$/],
    [() => db.get(untyped<typeof M>(undefined), key), /^get\(\): takes a model, and was given nothing\.$/],
    [() => db.put(untyped<typeof M>(null), key), /^put\(\): takes a model, and was given null\.$/],
    [() => db.create(untyped<typeof M>('M'), key), /^create\(\): takes a model, and was given "M"\.$/],
    [() => db.update(untyped<typeof M>({}), key), /^update\(\): takes a model/],
    [() => db.delete(untyped<typeof M>(3), key), /^delete\(\): takes a model/],
    [
      () =>
        db.move(
          untyped<typeof M>(() => {}),
          key,
          key
        ),
      /^move\(\): takes a model/
    ],
    [() => db.check(set, key), /^check\(\): takes models/],
    [() => db.load(set, []), /^load\(\): takes models/],
    [
      () => metered(async () => {}, untyped({ maxRequest: 1 })),
      /^metered\(\): takes { maxRequests, maxReadUnits, maxWriteUnits }, but got "maxRequest"/
    ]
  ]
  for (const [act, message] of refused) assert.match((await errorFrom(act)).message, message)
})

test('a move of more attributes than a condition can name says what to do; with a version there is no such limit', () =>
  localTable(async ({ db }) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `n${i}`)
    const fields: object = Object.fromEntries(names.map(name => [name, t.int().optional()]))
    const values = Object.fromEntries(names.map((name, i) => [name, i]))
    const Wide = model('Wide')
      .pk('a')
      .sk('b')
      .fields({ ...fields })
    await db.put(Wide, { ...key, ...values })
    const { message } = await errorFrom(() => db.move(Wide, key, { b: 'z' }))
    assert.match(message, /more attributes than a condition can name: give the model a t\.version\(\)/)
    const Versioned = model('Versioned')
      .pk('a')
      .sk('b')
      .fields({ ...fields, version: t.version() })
    await db.put(Versioned, { ...key, ...values })
    await db.move(Versioned, key, { b: 'z' })
    assert.is((await db.get(Versioned, { a: 'x', b: 'z' }).orThrow()).version, 2)
  }))

test('the reasons of a cancelled transaction have the reason of a condition, and a typed code', () =>
  localTable(async ({ db }) => {
    await db.put(Doc, { ...key, n: 1 })
    const other = { a: 'x', b: 'other' }
    const error = await errorFrom(() =>
      db.transact(
        db.update(Doc, { ...key, version: 7 }).set({ n: 2 }),
        db.update(Doc, other).set({ n: 2 }),
        db.check(Doc, { a: 'x', b: 'third' }).if({ n: 3 }),
        db.put(Doc, { a: 'x', b: 'new' })
      )
    )
    assert.ok(error instanceof TransactionCancelled)
    const wordOf = ({ code, reason }: CancellationReason) => {
      switch (code) {
        case 'ConditionFailed':
        case 'ItemNotFound':
          return `${code} ${reason}`
        default:
          return code
      }
    }
    assert.equal(error.data.reasons.map(wordOf), [
      'ConditionFailed version',
      'ItemNotFound missing',
      'ConditionFailed missing',
      'None'
    ])
  }))

test.run()
