/** Changes out of the engine's own streams, end to end. */
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { addTo, createTable, layout, model, models, plus, t, text } from 'keystorm'
import { changes, consumer, type InvalidChange } from 'keystorm/streams'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { samples } from '../support/laws.ts'
import { streaming } from '../support/stream.ts'

const maybe = lacks('streams') ? test.skip : test

const File = model('File')
  .pk('owner')
  .sk('D#day', '#n')
  .gsi1('tag')
  .fields({
    day: t.date(),
    n: t.int({ digits: 4 }),
    data: t.binary(),
    tags: t.set(t.string()).optional(),
    version: t.version()
  })
const Note = model('Note')
  .pk('owner')
  .sk('N#note')
  .fields({ text: t.string().default('none') })
const app = models({ File, Note })

const day = new Date('2026-01-02T03:04:05.678Z')
const file = { owner: 'a#b', day, n: 7 }
const note = { owner: 'a#b', note: 'n' }
const bytes = new Uint8Array([0, 255, 1])

const write = async (db: Parameters<Parameters<typeof streaming>[2]>[0]['db']) => {
  await db.put(File, { ...file, tag: 't', data: bytes })
  await db.put(Note, note)
  await db.update(File, file).set({ tags: addTo('x') })
  await db.delete(Note, note)
}

const first = { ...file, tag: 't', data: bytes, version: 1 }
const second = { ...first, tags: new Set(['x']), version: 2 }

/** What each view shows of those writes. */
const shown = {
  NEW_AND_OLD_IMAGES: [
    ['File', 'created', undefined, first],
    ['Note', 'created', undefined, { ...note, text: 'none' }],
    ['File', 'modified', first, second],
    ['Note', 'removed', { ...note, text: 'none' }, undefined]
  ],
  NEW_IMAGE: [
    ['File', 'created', undefined, first],
    ['Note', 'created', undefined, { ...note, text: 'none' }],
    ['File', 'modified', undefined, second],
    ['Note', 'removed', undefined, undefined]
  ],
  OLD_IMAGE: [
    ['File', 'created', undefined, undefined],
    ['Note', 'created', undefined, undefined],
    ['File', 'modified', first, undefined],
    ['Note', 'removed', { ...note, text: 'none' }, undefined]
  ],
  KEYS_ONLY: [
    ['File', 'created', undefined, undefined],
    ['Note', 'created', undefined, undefined],
    ['File', 'modified', undefined, undefined],
    ['Note', 'removed', undefined, undefined]
  ]
} as const

for (const view of ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'] as const)
  maybe(`what was written stands in a stream of ${view}, typed`, () =>
    streaming(undefined, view, async ({ db, shards }) => {
      const before = Math.floor(Date.now() / 60_000) * 60_000
      await write(db)
      const found = [...changes(app, { Records: (await shards()).flat() }, { view })]
      assert.equal(
        found.map(({ model, kind, before, after }) => [model, kind, before, after]),
        shown[view]
      )
      assert.equal(
        found.map(({ key }) => key),
        [file, note, file, note]
      )
      for (const [i, { sequence, expired, at }] of found.entries()) {
        assert.ok(i === 0 || BigInt(sequence) > BigInt(found[i - 1]?.sequence ?? 0))
        assert.is(expired, false)
        assert.ok(at !== undefined && at.getTime() >= before && at.getTime() < before + 120_000, String(at))
      }
    })
  )

const shop = layout({ pk: 'pk', sk: 'sk', indexes: { byMail: { pk: 'mail' } }, type: '_et' })
const one = text('USER#{id}')
const Profile = shop.model('Profile').pk(one).sk('#part').fields({ id: t.string().onlyInKeys(), age: t.int() })
const Letter = shop.model('Letter').pk(one).sk('#part').fields({ id: t.string().onlyInKeys(), to: t.string() })
const mailer = models({ Profile, Letter })

maybe('models of another layout, told apart by their type, and keys that are nowhere else', () =>
  streaming(shop, 'NEW_AND_OLD_IMAGES', async ({ db, shards }) => {
    await db.put(Profile, { id: '1', part: 'p', age: 3 })
    await db.put(Letter, { id: '1', part: 'q', to: 'x' })
    await db.update(Profile, { id: '1', part: 'p' }).set({ age: plus(1) })
    await db.delete(Letter, { id: '1', part: 'q' })
    const found = [...changes(mailer, { Records: (await shards()).flat() })]
    assert.equal(
      found.map(({ model, kind, key, after }) => [model, kind, key, after]),
      [
        ['Profile', 'created', { id: '1', part: 'p' }, { id: '1', part: 'p', age: 3 }],
        ['Letter', 'created', { id: '1', part: 'q' }, { id: '1', part: 'q', to: 'x' }],
        ['Profile', 'modified', { id: '1', part: 'p' }, { id: '1', part: 'p', age: 4 }],
        ['Letter', 'removed', { id: '1', part: 'q' }, undefined]
      ]
    )
  })
)

maybe('a copy that a consumer keeps, some of whose handlers fail, becomes what the table is', () =>
  streaming(undefined, 'NEW_AND_OLD_IMAGES', async ({ db, shards }) => {
    const acts = samples(fc.tuple(fc.nat(5), fc.constantFrom('put', 'put', 'put', 'delete')), 60)
    for (const [i, [n, act]] of acts.entries())
      if (act === 'put') await db.put(Note, { owner: 'o', note: `n${n}`, text: `${i}` })
      else await db.delete(Note, { owner: 'o', note: `n${n}` })
    const copy = new Map<string, string>()
    const known = new Set<string>()
    const skipped: string[] = []
    const failures = samples(fc.integer({ min: 0, max: 3 }), 1_000)
    let tries = 0
    const mayFail = async () => {
      await new Promise(setImmediate)
      if (failures[tries++] === 0) throw new Error('not now')
    }
    const handler = consumer(
      app,
      {
        Note: {
          created: async ({ after }) => {
            await mayFail()
            copy.set(after.note, after.text)
          },
          modified: async ({ before, after, sequence }) => {
            await mayFail()
            // What is handled again finds what later changes have left.
            if (!known.has(sequence) && copy.get(after.note) !== before.text) skipped.push(sequence)
            known.add(sequence)
            copy.set(after.note, after.text)
          },
          removed: async ({ key }) => {
            await mayFail()
            copy.delete(key.note)
          }
        },
        other: () => assert.unreachable()
      },
      { concurrency: 4, onError: () => {} }
    )
    let invocations = 0
    for (const records of await shards())
      for (let from = 0; from < records.length; invocations++) {
        const batch = records.slice(from, from + 10)
        const { batchItemFailures } = await handler({ Records: batch })
        const [failed] = batchItemFailures
        const at = batch.findIndex(
          record => 'dynamodb' in record && record.dynamodb?.SequenceNumber === failed?.itemIdentifier
        )
        from += failed === undefined ? batch.length : at
        assert.ok(invocations < 1_000)
      }
    assert.ok(invocations > 6)
    assert.equal(skipped, [])
    const notes = await db.query(Note).where({ owner: 'o' })
    assert.equal(Object.fromEntries(copy), Object.fromEntries(notes.map(({ note, text }) => [note, text])))
  })
)

// Of a table that has an index, DynamoDB Local 3.3.1 removes nothing.
const bare = layout({ pk: 'pk', sk: 'sk' })
const Session = bare.model('Session').pk('user').sk('session').fields({ ends: t.ttl() })
const expiring = lacks('expiry') ? test.skip : test

expiring('what time to live removes goes, what has time stays, and the stream tells of it', () =>
  streaming(bare, 'NEW_AND_OLD_IMAGES', async ({ db, shards }) => {
    const sessions = models({ Session })
    const [over, later] = [-60, 3600].map(seconds => new Date((Math.floor(Date.now() / 1000) + seconds) * 1000)) as [
      Date,
      Date
    ]
    const [old, fresh] = [
      { user: 'u', session: 'old' },
      { user: 'u', session: 'fresh' }
    ]
    await db.put(Session, { ...old, ends: over })
    await db.put(Session, { ...fresh, ends: later })
    await createTable(db, sessions, { ifMissing: true }) // turns time to live on
    for (const end = Date.now() + 20_000; Date.now() < end && (await db.get(Session, old)); ) await delay(100)
    assert.equal(await db.query(Session).where({ user: 'u' }), [{ ...fresh, ends: later }])
    const invalid: InvalidChange[] = []
    const found = [...changes(sessions, { Records: (await shards()).flat() }, { invalid: one => invalid.push(one) })]
    assert.equal(
      found.slice(0, 2).map(({ kind, key }) => [kind, key]),
      [
        ['created', old],
        ['created', fresh]
      ]
    )
    // DynamoDB Local 3.3.1 has no name for this change, and does not say who made it; what does, says it as DynamoDB.
    const [removal] = found.slice(2)
    if (removal) assert.equal([removal.kind, removal.key, removal.expired], ['removed', old, true])
    else assert.match(invalid[0]?.error.message ?? '', /Record 2 of the event is of "UNKNOWN_TO_SDK_VERSION"/)
    assert.is(found.length + invalid.length, 3)
  })
)

test.run()
