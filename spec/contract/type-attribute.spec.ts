/** A row of a layout with a type belongs to the model that wrote it, whatever else has keys like its own, or to none. */
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  ConditionFailed,
  type Db,
  ItemExists,
  ifMissing,
  layout,
  missing,
  models,
  TransactionCancelled,
  t,
  text
} from 'keystorm'
import { type LocalTable, localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn, type StoredItem } from '../../lib/schema/definition.ts'
import { lacks } from '../support/engine.ts'
import { errorFrom } from '../support/errors.ts'
import { inWords } from '../support/laws.ts'
import { rowsOf } from '../support/rows.ts'
import { assertMany, runs } from '../support/runs.ts'

const app = layout({ pk: 'pk', sk: 'sk', type: '_et', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })
const ofList = { pk: text('L#{list}'), sk: text('N#{name}') }
const fields = { list: t.string(), size: t.int().default(0) }
// The first two have one template, the third's is another, and every key of the fourth could be one of the first two's.
const Account = app.model('Account').pk(text('A#{name}')).sk(text('A#{part}')).index('GSI1', ofList).fields(fields)
const Team = app.model('Team').pk(text('A#{name}')).sk(text('A#{part}')).index('GSI1', ofList).fields(fields)
const Guest = app.model('Guest').pk(text('A#{name}')).sk(text('G#{part}')).index('GSI1', ofList).fields(fields)
const Main = app
  .model('Main')
  .pk(text('A#{name}'))
  .sk(text('A#main'))
  .index('GSI1', ofList)
  .fields({ ...fields, part: t.literal('main').default('main') })
const ALL = { Account, Team, Guest, Main } as const
type Name = keyof typeof ALL
const NAMES = Object.keys(ALL) as Name[]
const app4 = models(ALL)

type Item = { readonly name: string; readonly part: string; readonly list: string; readonly size: number }
const keyOf = (name: Name, { name: of, part }: Item): string =>
  JSON.stringify([`A#${of.replace('#', '%23')}`, name === 'Guest' ? `G#${part}` : `A#${part}`])
const hasKeysOf = (name: Name, row: StoredItem): boolean =>
  name === 'Main' ? row.sk?.S === 'A#main' : row.sk?.S?.startsWith(name === 'Guest' ? 'G#' : 'A#') === true

/** Whose a row is among these. */
const ownerOf = (names: readonly Name[], row: StoredItem): Name | undefined => {
  const fitting = names.filter(name => hasKeysOf(name, row))
  if (row._et !== undefined) return fitting.find(name => name === row._et?.S)
  return fitting.length === 1 ? fitting[0] : undefined
}

const item = fc.record(
  {
    name: fc.constantFrom('a', 'b#'),
    part: fc.constantFrom('main', 'x'),
    list: fc.constantFrom('l', 'm'),
    size: fc.nat(2)
  },
  { noNullPrototype: true }
)
const verb = fc.constantFrom('put', 'put', 'create', 'update', 'upsert', 'delete', 'raw', 'raw', 'strange', 'transact')
const act = fc
  .record({ by: fc.constantFrom(...NAMES), verb, item })
  .map(one => (one.by === 'Main' ? { ...one, item: { ...one.item, part: 'main' } } : one))
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** Sends a write. All the models have the same attributes, so that the types of one stand for those of any. */
const send = async ({ db, client, table }: LocalTable, { by, verb, item }: Act): Promise<unknown> => {
  const model = ALL[by] as typeof Account
  const { name, part, list, size } = item
  switch (verb) {
    case 'put':
      return db.put(model, item)
    case 'create':
      return db.create(model, item)
    case 'update':
      return db.update(model, { name, part }).set({ list, size })
    case 'upsert':
      return db.update(model, { name, part }).set({ list, size }).upsert()
    case 'delete':
      return db.delete(model, { name, part })
    case 'transact':
      return lacks('transactions') ? db.put(model, item) : db.transact(db.put(model, item))
    default: {
      const row = definitionIn(model).encode(item)
      delete row._et
      const Item = verb === 'raw' ? row : { ...row, _et: { S: 'Strange' } }
      return client.send(new PutItemCommand({ TableName: table, Item }))
    }
  }
}

const rowsIn = ({ client, table }: LocalTable): Promise<StoredItem[]> =>
  rowsOf(client, { TableName: table, ConsistentRead: true })

/** Leaves nothing of an earlier try, which may have failed. */
const empty = async (place: LocalTable): Promise<void> => {
  const keys = (await rowsIn(place)).map(({ pk, sk }) => ({ pk, sk }) as StoredItem) // every row has both
  const { client, table: TableName } = place
  await Promise.all(keys.map(Key => client.send(new DeleteItemCommand({ TableName, Key }))))
}

/** What a write leaves of a row, or the names of the errors that refuse it. */
const after = (
  { by, verb }: Act,
  row: { type: string | undefined } | undefined
): { type: string | undefined } | undefined | string[] => {
  const isOther = row?.type !== undefined && row.type !== by
  if (verb === 'raw') return { type: undefined }
  if (verb === 'strange') return { type: 'Strange' }
  if (verb === 'create') return row === undefined ? { type: by } : ['ItemExists']
  if (verb === 'update' && (row === undefined || isOther)) return ['ItemNotFound']
  if (verb === 'update') return { type: row?.type }
  if (isOther) return ['ConditionFailed', 'TransactionCancelled']
  if (verb === 'delete') return undefined
  return { type: by }
}

interface General extends PromiseLike<Record<string, Item[]> | Item[]> {
  where(values: object): General
  on(index: string): General
}
const group = (names: readonly Name[], found: Record<string, Item[]> | Item[]): Record<string, Item[]> =>
  Array.isArray(found) ? { [names[0] ?? '']: found } : found
const sorted = (items: readonly object[] | undefined): string[] =>
  (items ?? []).map(one => inWords(Object.entries(one).sort())).sort()

/** What each way to read some models gives, against whose each row is. */
const checkReads = async (db: Db, rows: readonly StoredItem[], names: readonly Name[]): Promise<number> => {
  const chosen = names.map(name => ALL[name]) as unknown as [never, never, never]
  const reads: [string, General, (row: StoredItem) => boolean][] = [
    ['scan', db.scan(...chosen) as unknown as General, () => true],
    ['scan of the index', (db.scan(...chosen) as unknown as General).on('GSI1'), row => row.GSI1PK !== undefined],
    [
      'query of the index',
      (db.query(...chosen) as unknown as General).where({ list: 'l' }).on('GSI1'),
      row => row.GSI1PK?.S === 'L#l'
    ],
    ['query', (db.query(...chosen) as unknown as General).where({ name: 'a' }), row => row.pk?.S === 'A#a']
  ]
  let found = 0
  for (const [what, read, isRead] of reads) {
    const given = group(names, await read)
    for (const name of names) {
      const own = rows.filter(row => isRead(row) && ownerOf(names, row) === name)
      const expected = own.map(row => definitionIn(ALL[name]).decode(row))
      assert.equal(sorted(given[name]), sorted(expected), `${what} of ${names}: ${name} ${inWords(rows)}`)
      found += own.length
    }
  }
  return found
}

test('whatever is written, each row is given to the model that wrote it or to none, and no other model changes it', () =>
  localTable(app, async place => {
    const { db } = place
    const counts = { refused: 0, found: 0, untyped: 0 }
    const subset = fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 4, maxLength: 12 }), subset, async (acts, names) => {
        await empty(place)
        const types = new Map<string, string | undefined>()
        for (const one of acts) {
          const key = keyOf(one.by, one.item)
          const said = inWords({ one, types: [...types] })
          const expected = after(one, types.has(key) ? { type: types.get(key) } : undefined)
          const error = await send(place, one).then(
            () => undefined,
            (error: Error) => error
          )
          if (Array.isArray(expected)) {
            assert.ok(expected.includes(error?.name ?? ''), `${said} ${error}`)
            counts.refused++
          } else {
            assert.is(error, undefined, `${said} ${error}`)
            if (expected === undefined) types.delete(key)
            else types.set(key, expected.type)
          }
        }
        const rows = await rowsIn(place)
        for (const row of rows) {
          const key = JSON.stringify([row.pk?.S, row.sk?.S])
          assert.is(row._et?.S, types.get(key), `${key} ${inWords(acts)}`)
          assert.is(app4.read(row)?.model, ownerOf(NAMES, row), inWords(row))
          if (row._et === undefined) counts.untyped++
          for (const name of NAMES) {
            if (!hasKeysOf(name, row)) continue
            const [of = '', part = ''] = [row.pk?.S, row.sk?.S].map(text => text?.slice(2).replace('%23', '#'))
            const got = await db.get(ALL[name] as typeof Account, { name: of, part })
            const own = ownerOf([name], row) === name ? definitionIn(ALL[name]).decode(row) : undefined
            assert.equal(got, own, `${name} ${inWords(row)}`)
          }
        }
        assert.is(rows.length, types.size)
        counts.found += await checkReads(db, rows, names)
      }),
      { numRuns: runs(25), includeErrorInReport: true }
    )
    const said = JSON.stringify(counts)
    assertMany(counts.refused > runs(12) && counts.found > runs(25) && counts.untyped > 0, said)
  }))

test('a model has the name that rows of others call their type, whatever is in it', () =>
  localTable(app, async ({ db, client, table }) => {
    const Profile = app.model('org#User%').pk(text('ORG#{org}')).sk(text('USER'))
    const row = { pk: { S: 'ORG#a' }, sk: { S: 'USER' }, org: { S: 'a' }, _et: { S: 'org#User%' } }
    await client.send(new PutItemCommand({ TableName: table, Item: row }))
    const item = await db.get(Profile, { org: 'a' }).orThrow()
    assert.equal(await db.scan(models({ 'org#User%': Profile })), { 'org#User%': [item] })
    await db.put(Profile, item)
    assert.equal(await rowsOf(client, { TableName: table }), [row])
    const inKey = /: its name, the suffix of pk unless .suffix\(\) comes first, holds '#' or '%'/
    assert.throws(() => app.model('org#User%').pk('org').sk('org'), inKey)
    assert.throws(() => app.model('User').suffix('org#'), /the suffix holds '#' or '%'/)
    assert.is(app.model('org#User%').suffix('User').pk('org').sk('org').key({ org: 'a' }).pk, 'O#a#User')
    assert.is(app.model('org#User%').rawKeys().pk('org').sk('org').key({ org: 'a' }).pk, 'O#a#org#User%')
  }))

/** Whether a condition has parentheses directly around parentheses, which DynamoDB refuses. */
const isDoubled = (condition = ''): boolean => {
  const opened: number[] = []
  const pairs = new Map<number, number>()
  for (const [i, char] of [...condition].entries())
    if (char === '(') opened.push(i)
    else if (char === ')') pairs.set(opened.pop() ?? -1, i)
  return [...pairs].some(([from, to]) => pairs.get(from + 1) === to - 1)
}

const locked = {
  note: t.string().optional(),
  tags: t.set(t.string()).default(new Set(['a'])),
  list: t.string().default('l'),
  version: t.version()
}
const Locked = app.model('Locked').pk(text('A#{name}')).sk(text('A#{part}')).index('GSI1', ofList).fields(locked)
const one = { name: 'a', part: 'x' }

test('an upsert that assumes something about its row is one condition with that on the type', () =>
  localTable(app, async ({ db }) => {
    const update = db.update(Locked, one).set({ note: ifMissing('n') })
    const upsert = update.upsert()
    const writes = [
      ...[
        upsert,
        upsert.keepVersion(),
        upsert.if({ note: missing() }),
        db.update(Locked, { ...one, version: 0 }).upsert()
      ],
      ...[update, update.if({ list: 'l' }), db.put(Locked, one), db.put(Locked, one).if({ note: missing() })],
      ...[db.put(Account, { ...one, list: 'l' }), db.delete(Locked, one), db.delete(Locked, { ...one, version: 0 })]
    ]
    for (const write of writes) {
      const { ConditionExpression } = write.compile()
      assert.not.ok(isDoubled(ConditionExpression), ConditionExpression)
    }
    await upsert
    await db.update(Locked, one).set({ note: 'other' }).upsert()
    assert.equal(await db.get(Locked, one), { ...one, list: 'l', note: 'other', tags: new Set(['a']), version: 2 })
  }))

test('a new version replaces no row of another model, whatever that has as its version', () =>
  localTable(app, async ({ db, client, table }) => {
    for (const version of [{ NULL: true }, { N: '0' }] as const) {
      const row = { ...definitionIn(Team).encode({ ...one, list: 'l', size: 3 }), version }
      await client.send(new PutItemCommand({ TableName: table, Item: row }))
      for (const write of [db.put(Locked, one), db.delete(Locked, { ...one, version: 0 })])
        assert.instance(await errorFrom(() => write), ConditionFailed)
      assert.equal(await rowsOf(client, { TableName: table }), [row])
    }
  }))

const maybe = lacks('transactions') ? test.skip : test

maybe('an item that is in the way of a new one is an ItemExists, whatever its model', () =>
  localTable(app, async ({ db }) => {
    const other = { ...one, part: 'y' }
    await db.create(Account, { ...other, list: 'l' })
    await db.create(Team, { ...one, list: 'l', size: 3 })
    const creating = db.create(Team, { ...other, list: 'l', size: 3 })
    for (const write of [creating, creating.if({ size: missing() }), db.move(Team, one, other)])
      assert.instance(await errorFrom(() => write), ItemExists)
    for (const write of [creating, db.move(Team, one, other)]) {
      const error = await errorFrom(() => db.transact(write))
      assert.ok(error instanceof TransactionCancelled)
      assert.equal(
        error.data.reasons.map(({ code }) => code),
        ['ItemExists']
      )
    }
  })
)

test.run()
