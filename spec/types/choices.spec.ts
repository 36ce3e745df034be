import { connect, type ItemOf, model, models, type PkOf, plus, t } from 'keystorm'
import { updateAll, writeAll } from 'keystorm/bulk'
import { coalesced } from 'keystorm/coalesce'
import { modify } from 'keystorm/modify'
import { consumer } from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { idleClient } from '../support/idle.ts'
import { type Equal, isType } from '../support/types.ts'

enum Language {
  English = 'en',
  Portuguese = 'pt'
}
const known: readonly Language[] = Object.values(Language)
const SIZES = ['S', 'M'] as const

test('choices are given one by one, or by an array or enum, and keep their literal types', () => {
  const Text = model('Text')
    .pk('size')
    .sk('id')
    .fields({ size: t.oneOf('S', 'M'), same: t.oneOf(...SIZES), all: t.oneOf(...Object.values(Language)) })
  const some = t.oneOf(...known)
  isType<Equal<(typeof some)[' output'], Language>>()
  const { PK } = Text.key({ size: 'S', id: 'x' })
  isType<Equal<typeof PK, 'S#S#Text'>>()
  const { all } = definitionIn(Text).encode({ size: 'S', id: 'x', same: 'M', all: Language.English })
  assert.equal(all, { S: 'en' })
})

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Fifty = `${'0' | '1' | '2' | '3' | '4'}${Digit}`

test('of three choices of fifty in one key, the third is any text to the compiler, which could not hold all keys', () => {
  const fifty: readonly Fifty[] = ['00', '01', '02']
  const choice = t.oneOf(...fifty)
  const Many = model('Many').pk('a', 'b', 'c').sk('d').fields({ a: choice, b: choice, c: choice })
  const item: ItemOf<typeof Many> = { a: '00', b: '01', c: '02', d: 'd' }
  const { PK } = Many.key(item)
  isType<Equal<typeof PK, `A#${Fifty}#B#${Fifty}#C#${string}#Many`>>()
  isType<Equal<PkOf<typeof Many>, typeof PK>>()
  const one = Many.key({ a: '00', b: '01', c: '02', d: 'd' })
  isType<Equal<typeof one.PK, 'A#00#B#01#C#02#Many'>>()
  assert.is(PK, one.PK)
})

const Task = model('Task')
  .pk('list')
  .sk('id')
  .fields({
    state: t.oneOf('open', 'closed'),
    kind: t.literal('TASK'),
    steps: t.list(t.map({ size: t.oneOf(...SIZES) })).optional(),
    labels: t.record(t.oneOf('a', 'b')).optional(),
    own: t.type<{ tags: string[]; mode: 'on' | 'off' }>().optional(),
    votes: t.int()
  })

test('functions that make an item, or a change, give choices and literals as they stand', () => {
  const db = connect({ table: 'app', client: idleClient().client })
  const key = { list: 'l', id: 'i' }
  modify(db, Task, key, task => ({ ...task, state: 'closed' })).along(task => db.put(Task, { ...task, state: 'open' }))
  modify(db, Task, key, async task => ({ ...task, state: 'closed', kind: 'TASK' }))
  modify(db, Task, key, task => (task.votes > 1 ? { ...task, state: 'closed' } : undefined))
  modify(coalesced(db), Task, key, async task => {
    if (task.votes > 1) return undefined
    return { ...task, steps: [{ size: 'S' }], labels: { x: 'a' }, own: { tags: ['x'], mode: 'on' } }
  }).orCreate({ state: 'open', kind: 'TASK', votes: 0 })
  modify(db, Task, key, ({ votes }) => Promise.resolve({ ...key, state: 'open', kind: 'TASK', votes: votes + 1 }))
  updateAll(db.scan(Task), task => task.set({ state: 'closed', votes: plus(1), labels: { x: 'a' } }))
  updateAll(db.scan(models({ Task })), { Task: task => task.set({ state: 'closed' }).if({ state: 'open' }) })
  writeAll(db, [1, 2], n => db.put(Task, { list: 'l', id: `${n}`, state: 'open', kind: 'TASK', votes: n }))
  const created = async ({ after }: { after: ItemOf<typeof Task> }) => db.put(Task, { ...after, state: 'closed' })
  consumer(models({ Task }), { Task: { created }, other() {} })
  consumer(models({ Task }), {
    Task: { modified: ({ after }) => isType<Equal<typeof after, ItemOf<typeof Task>>>() },
    other() {}
  })
  // @ts-expect-error no choice
  modify(db, Task, key, task => ({ ...task, state: 'clsed' }))
  // @ts-expect-error no choice
  modify(db, Task, key, async task => ({ ...task, state: 'clsed' }))
  // @ts-expect-error a number
  modify(db, Task, key, task => ({ ...task, state: 'open', votes: 'many' }))
})

test('there is at least one choice', async () => {
  const none: string[] = []
  assert.match((await errorFrom(() => t.oneOf(...none))).message, /give at least one choice/)
  // @ts-expect-error no choice
  assert.match((await errorFrom(() => t.oneOf())).message, /give at least one choice/)
})

test.run()
