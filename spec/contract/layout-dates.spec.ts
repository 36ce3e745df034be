/** Ranges of dates, days and seconds in any kind of sort key, against an evaluator; and cursors of other layouts. */
import { type AnyModel, between, gt, gte, InvalidCursor, InvalidKey, layout, lt, lte, number, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { evaluate } from '../support/evaluate.ts'
import { inWords, writeRows } from '../support/laws.ts'
import { looseLayout, modelOf } from '../support/random-layouts.ts'

const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    byDate: { pk: 'list', sk: 'placed' },
    byDay: { pk: 'list', sk: 'day' },
    byTime: { pk: 'list', sk: number('at') },
    byEnd: { local: true, sk: number('ends') },
    rendered: { pk: 'G1', sk: 'G1S' },
    days: { pk: 'G2', sk: 'G2S' },
    months: { pk: 'G3', sk: 'G3S' },
    years: { pk: 'G4', sk: 'G4S' },
    bare: { pk: 'G5', sk: 'G5S' },
    joined: { pk: 'G6', sk: 'G6S' },
    'days-joined': { pk: 'G7', sk: 'G7S' }
  }
})
const list = { pk: text('L#{list}') }
const Event = app
  .model('Event')
  .pk('list')
  .sk('D#placed', 'id')
  .index('byDate')
  .index('byDay')
  .index('byTime')
  .index('byEnd')
  .index('rendered', { ...list, sk: text('AT#{placed}#{id}') })
  .index('days', { ...list, sk: text('AT#{placed:day}#{id}') })
  .index('months', { ...list, sk: text('{day:month}#{id}') })
  .index('years', { ...list, sk: text('{placed:year}') })
  .index('bare', { ...list, sk: text('{day}x{id}') })
  .index('joined', { ...list, sk: text('{placed}{id}') })
  .index('days-joined', { ...list, sk: text('AT#{day}{id}') })
  .fields({ list: t.string(), placed: t.date(), day: t.day(), at: t.epoch(), ends: t.ttl(), id: t.int({ digits: 3 }) })

const TIMES = [
  '0000-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2025-12-31T23:59:59.001Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-01T00:00:00.999Z',
  '2026-01-01T00:00:01.000Z',
  '2026-02-28T12:00:00.500Z',
  '2026-03-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z'
].map(time => new Date(time))
const dayOf = (time: Date): string => time.toISOString().slice(0, 10)
const seconds = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000)
const events = TIMES.map((placed, id) => ({
  list: id % 4 === 3 ? 'b' : 'a',
  placed,
  day: dayOf(placed),
  at: seconds(placed),
  ends: seconds(placed),
  id
}))
type Event = (typeof events)[number]

/** What each way is sorted by. */
const WAYS: Readonly<Record<string, keyof Event>> = {
  '': 'placed',
  byDate: 'placed',
  joined: 'placed',
  'days-joined': 'day',
  byDay: 'day',
  byTime: 'at',
  byEnd: 'ends',
  rendered: 'placed',
  bare: 'day'
}

const SIGNS = { gt, gte, lt, lte } as never as Readonly<Record<string, (value: unknown) => unknown>> // what they are given fits
const rangesOf = (one: unknown, other: unknown): unknown[] => {
  const [low, high] = (one as Date) <= (other as Date) ? [one, other] : [other, one]
  return [...Object.values(SIGNS).map(make => make(one)), between(low as Date, high as Date)]
}

interface General extends PromiseLike<Event[]> {
  on(index: string): General
  reverse(): General
}

for (const [way, name] of Object.entries(WAYS))
  test(`ranges of ${name} ${way === '' ? 'on the table' : `on ${way}`} give what an evaluator gives, in order`, () =>
    localTable(app, async place => {
      await writeRows(
        place,
        events.map(event => definitionIn(Event).encode(event)),
        ['pk', 'sk']
      )
      let found = 0
      for (const [i, time] of TIMES.entries()) {
        const other = TIMES[(i * 3 + 1) % TIMES.length] ?? time
        const ranges = name === 'day' ? rangesOf(dayOf(time), dayOf(other)) : rangesOf(time, other)
        for (const [at, range] of ranges.entries()) {
          const where = { list: 'a', [name]: range }
          const query = place.db.query(Event).where(where as { list: string }) as unknown as General
          const read = way === '' ? query : query.on(way)
          const all = await ((i + at) % 2 === 0 ? read : read.reverse())
          const fitting = events.filter(event => evaluate([where], event, ['at', 'ends']))
          const said = inWords({ way, where })
          assert.equal(
            all.map(({ id }) => id).sort(),
            fitting.map(({ id }) => id),
            said
          )
          const order = (i + at) % 2 === 0 ? all : [...all].reverse()
          for (const [i, event] of order.slice(1).entries()) assert.ok((order[i] as Event)[name] <= event[name], said)
          found += all.length
        }
      }
      assert.ok(found > 50, `${found} events were found`)
    }))

test('of what is derived from a date, a query finds what has the same, and no range is asked', () =>
  localTable(app, async place => {
    const { db } = place
    for (const event of events) await db.put(Event, event)
    const noon = new Date('2026-01-01T12:00:00.000Z')
    const ids = (some: readonly Pick<Event, 'id'>[]) => some.map(({ id }) => id).sort()
    const of = (fits: (event: Event) => boolean) => ids(events.filter(event => event.list === 'a' && fits(event)))
    const sameDay = await db.query(Event).where({ list: 'a', placed: noon }).on('days')
    assert.equal(
      ids(sameDay),
      of(({ day }) => day === '2026-01-01')
    )
    const sameMonth = await db.query(Event).where({ list: 'a', day: '2026-01-15' }).on('months')
    assert.equal(
      ids(sameMonth),
      of(({ day }) => day.startsWith('2026-01'))
    )
    const sameYear = await db.query(Event).where({ list: 'a', placed: noon }).on('years')
    assert.equal(
      ids(sameYear),
      of(({ day }) => day.startsWith('2026'))
    )
    const error = await errorFrom(
      async () =>
        await db
          .query(Event)
          .where({ list: 'a', placed: gt(noon) })
          .on('days')
    )
    assert.instance(error, InvalidKey)
    assert.match(error.message, /has no order in this key, so gt\(\) cannot be asked of it/)
  }))

interface Paged {
  where(values: object): Paged
  on(index: string): Paged
  pageSize(items: number): Paged
  page(cursor?: string): Promise<{ readonly items: readonly unknown[]; readonly cursor: string | undefined }>
}

test('a cursor of another layout, index or model is refused, and says so', () => {
  const made = (pk: string, sk: string) =>
    looseLayout({ pk, sk, indexes: { byList: { pk: 'list', sk: number('at') }, more: { pk: 'list', sk: 'note' } } })
  const modelIn = (of: ReturnType<typeof made>, name: string) =>
    modelOf(
      of
        .model(name)
        .pk(text('{job}'))
        .sk(text('{part}'))
        .index('byList')
        .index('more')
        .fields({ list: t.string(), at: t.int(), note: t.string() })
    )
  const one = made('pk', 'sk')
  const Job = modelIn(one, 'Job')
  return localTable(one.layout, async place => {
    const { db } = place
    const items = ['1', '2', '3'].map(part => ({ job: 'j', part, list: 'l', at: Number(part), note: part }))
    await writeRows(
      place,
      items.map(item => definitionIn(Job).encode(item)),
      ['pk', 'sk']
    )
    const pages = (of: AnyModel) => {
      const query = db.query(of) as unknown as Paged
      const ofList = query.where({ list: 'l' })
      return [query.where({ job: 'j' }), ofList.on('byList'), ofList.on('more')].map(read => read.pageSize(1))
    }
    const own = pages(Job)
    const cursors = await Promise.all(own.map(async query => (await query.page()).cursor))
    const others = [...pages(modelIn(one, 'Task')), ...pages(modelIn(made('id', 'range'), 'Job'))]
    for (const [i, cursor] of cursors.entries()) {
      assert.ok(cursor)
      assert.is((await own[i]?.page(cursor))?.items.length, 1)
      for (const query of [...own.filter(query => query !== own[i]), ...others]) {
        const error = await errorFrom(() => query.page(cursor))
        assert.instance(error, InvalidCursor, `${i} ${error.message}`)
        assert.match(error.message, /: this cursor does not belong to this query, or it was changed/)
      }
    }
  })
})

test.run()
