import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect, model, type Sender, t } from 'keystorm'
import { deleteAll } from 'keystorm/bulk'
import { connectWith, get, put } from 'keystorm/pick'
import { type UnsentBuilder, warnUnsent } from 'keystorm/unsent'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

const Fruit = model('Fruit').pk('farm').sk('N#number').fields({ weight: t.number() })
const key = { farm: 'f', number: '1' }
const fruit = { ...key, weight: 1 }

const client: Sender = {
  request: async (operation, input) => {
    const all = 'RequestItems' in input && operation === 'BatchWriteItem'
    return { $metadata: {}, ...(all && { UnprocessedItems: {} }), Items: [], ScannedCount: 0 } as never
  }
}

/** Collects garbage until something is so. */
const until = async (isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 20 && !isSo(); i++) {
    if (typeof collect === 'function') collect()
    await turn()
  }
}

/** What is told of the builders that `use` makes, when all are garbage, without that of a move that nobody awaits. */
const toldOf = async (use: (db: ReturnType<typeof connect>) => unknown): Promise<UnsentBuilder[]> => {
  const told: UnsentBuilder[] = []
  const db = warnUnsent(connect({ table: 'app', client }), unsent => told.push(unsent))
  await use(db)
  db.move(Fruit, key, key)
  await until(() => told.some(({ verb }) => verb === 'move'))
  assert.ok(told.some(({ verb }) => verb === 'move'))
  return told.filter(({ verb }) => verb !== 'move')
}

test('a builder that nobody awaits is told of, by its verb and place', async () => {
  const [unsent] = await toldOf(db => void db.update(Fruit, key).set({ weight: 2 }).label('x'))
  assert.is(unsent?.verb, 'update')
  assert.match(unsent?.at ?? '', /unsent\.spec\.ts:\d+:\d+/)
})

test('of verbs that were picked, too', async () => {
  const told: UnsentBuilder[] = []
  const few = warnUnsent(connectWith([get, put], { table: 'app', client }), unsent => told.push(unsent))
  few.put(Fruit, fruit)
  await until(() => told.length > 0)
  assert.equal(
    told.map(({ verb }) => verb),
    ['put']
  )
  assert.match(told[0]?.at ?? '', /unsent\.spec\.ts:\d+:\d+/)
})

test('once for each place', async () => {
  const told = await toldOf(db => {
    for (const number of ['1', '2']) void db.delete(Fruit, { ...key, number })
    void db.query(Fruit)
  })
  assert.equal(told.map(({ verb }) => verb).sort(), ['delete', 'query'])
})

test('what was awaited, or something made from it, is not told of', async () => {
  const told = await toldOf(async db => {
    await db.put(Fruit, fruit)
    await db.update(Fruit, key).set({ weight: 2 }).label('x')
    const base = db.query(Fruit).where({ farm: 'f' })
    await base.limit(3)
    for await (const _ of db.scan(Fruit));
    await db.batchWrite(db.put(Fruit, fruit), db.delete(Fruit, { ...key, number: '2' }))
    await db.transact(db.put(Fruit, fruit), db.delete(Fruit, { ...key, number: '2' }))
    await db.load(Fruit, [fruit])
    await deleteAll(base)
  })
  assert.equal(told, [])
})

test('a function that throws or rejects, once it is told, is a warning, and ends nothing', async () => {
  const warnings: string[] = []
  const take = ({ message }: Error) => warnings.push(message)
  process.on('warning', take)
  const refuse = () => {
    throw new Error('the log is full')
  }
  for (const tell of [refuse, async () => refuse()]) {
    const before = warnings.length
    const make = () => void warnUnsent(connect({ table: 'app', client }), tell).get(Fruit, key)
    make()
    await until(() => warnings.length > before)
  }
  process.off('warning', take)
  assert.equal(warnings, Array(2).fill('warnUnsent(): the function that is told threw Error: the log is full'))
})

test('without a function, it is a warning of the process', async () => {
  const warnings: Error[] = []
  const take = (warning: Error) => warning.name === 'UnsentBuilder' && warnings.push(warning)
  process.on('warning', take)
  const make = () => void warnUnsent(connect({ table: 'app', client })).get(Fruit, key)
  make()
  await until(() => warnings.length > 0)
  process.off('warning', take)
  assert.match(
    warnings.map(({ message }) => message).join(),
    /^get\(\) at .*: nobody awaited what it gave, so nothing was sent$/
  )
})

test.run()
