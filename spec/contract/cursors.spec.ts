/** What cursors are bound to, what they show, and that whatever is given to `page()` reaches nothing outside of its query. */
import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { between, connect, gt, gte, InvalidCursor, lt, lte, model, not, t } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type CursorScope, writeCursor } from '../../lib/plan/read/cursor.ts'
import { DIGEST_BYTES, loadDigest } from '../../lib/plan/read/digest.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import type { ReadyRead, Run } from '../../lib/verbs/read/read.ts'
import { character } from '../support/arbitrary.ts'
import { lacks } from '../support/engine.ts'
import { compareBytes, inWords, writeRows } from '../support/laws.ts'
import { assertMany, assertTried, runs, tries } from '../support/runs.ts'

const fields = { n: t.int({ digits: 2 }), shown: t.boolean() }
const Note = model('Note').pk('owner').suffix('Notes').sk('N#n').gsi1('topic').fields(fields)
const Mark = model('Mark').pk('owner').suffix('Notes').sk('N#n', 'M#mark').gsi1('topic').fields(fields)

interface Item {
  readonly n: number
  readonly mark?: string
}
type Pages = ReadyRead<unknown>
type Given = Awaited<ReturnType<Pages['page']>>

/** A client whose requests bring so few rows, as those of big items do. */
const shortOf = (client: DynamoDBClient, rows: number): DynamoDBClient => {
  const send = (command: { input: { Limit?: number } }, ...rest: unknown[]): unknown => {
    command.input.Limit = Math.min(command.input.Limit ?? rows, rows)
    return (client.send as unknown as (...all: unknown[]) => unknown).call(client, command, ...rest) // whatever it was given
  }
  return { send } as unknown as DynamoDBClient // all that is used of one
}

const itemOf = (one: unknown): Item =>
  Object.hasOwn(one as object, 'item') ? (one as { item: Item }).item : (one as Item)
const keyOf = (one: Item): string =>
  (one.mark === undefined ? definitionIn(Note) : definitionIn(Mark)).table.sk[0]?.stored({ ...one }).S ?? ''
const numbers = Array.from({ length: 12 }, (_, n) => n * 2)
const rowsOf = (isShown: (n: number) => boolean) =>
  numbers.flatMap(n => {
    const item = { owner: 'o', topic: 't', n, shown: isShown(n) }
    const marks = n % 3 === 0 ? [definitionIn(Mark).encode({ ...item, mark: 'm' })] : []
    return [definitionIn(Note).encode(item), ...marks]
  })

// The rows have even numbers: an end that is odd is the key of none.
const end = fc.integer({ min: -2, max: 25 }).map(at => (lacks('startAtBound') ? at | 1 : at))
const KINDS = ['table', 'GSI1', 'collection', 'scan'] as const
const question = fc.record({
  kind: fc.constantFrom(...KINDS),
  // Of each request, by the number it is given: the ends of the range, or of the filter.
  range: fc.constantFrom('gt', 'gte', 'lt', 'lte', 'between', 'none'),
  inFilter: fc.boolean(),
  reverse: fc.boolean(),
  onlyShown: fc.boolean(),
  size: fc.option(fc.integer({ min: 1, max: 5 })),
  rows: fc.integer({ min: 2, max: 9 }),
  shown: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  moves: fc.array(end, { minLength: 2, maxLength: 5 }),
  ways: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 })
})
type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never

const WIDTH = 10

const rangeAt = ({ range }: Question, at: number) => {
  const by = { gt: gt(at), gte: gte(at), lt: lt(at), lte: lte(at) }
  return range === 'none' ? undefined : range === 'between' ? between(at, at + WIDTH) : by[range]
}
const fits = ({ range }: Question, at: number, n: number): boolean => {
  switch (range) {
    case 'gt':
      return n > at
    case 'gte':
      return n >= at
    case 'lt':
      return n < at
    case 'lte':
      return n <= at
    case 'between':
      return n >= at && n <= at + WIDTH
    case 'none':
      return true
  }
}

interface General {
  where(values: object): General
  onGsi1(): General
  reverse(): General
  pageSize(items: number): General
  filter(condition: object): General
  page(cursor?: string): Promise<Given>
}

test('pages of a query whose bounds move give what is behind the cursor and within the bounds as they are now', () =>
  localTable(async place => {
    let given = 0
    let pages = 0
    await fc.assert(
      fc.asyncProperty(question, async asked => {
        const { kind, inFilter, reverse, onlyShown, size, rows, shown, moves, ways } = asked
        await writeRows(
          place,
          rowsOf(n => shown[n / 2] === true)
        )
        const db = connect({ table: place.table, client: shortOf(place.client, rows) })
        const queryAt = (at: number): General => {
          const range = rangeAt(asked, at)
          const isScan = kind === 'scan'
          let query = (isScan
            ? db.scan(Note)
            : kind === 'collection'
              ? db.query(Note, Mark)
              : db.query(Note)) as unknown as General
          const inWhere = range !== undefined && !inFilter && !isScan
          if (!isScan)
            query = query.where({
              ...(kind === 'GSI1' ? { topic: 't' } : { owner: 'o' }),
              ...(inWhere && { n: range })
            })
          if (range !== undefined && !inWhere) query = query.filter({ n: range })
          if (kind === 'GSI1') query = query.onGsi1()
          if (reverse && !isScan) query = query.reverse()
          if (onlyShown) query = query.filter({ shown: true })
          return size === null ? query : query.pageSize(size)
        }
        const all = rowsOf(() => true).map(row => definitionIn(row.mark ? Mark : Note).decode(row) as unknown as Item)
        const ofKind = all.filter(({ mark }) => kind === 'collection' || mark === undefined)
        ofKind.sort((a, b) => compareBytes(keyOf(a), keyOf(b)))
        if (reverse && kind !== 'scan') ofKind.reverse()
        const visible = (at: number) =>
          ofKind.filter(({ n }) => fits(asked, at, n) && (!onlyShown || shown[n / 2] === true))
        let page: Given = await queryAt(moves[0] ?? 0).page()
        let last = { items: page.items.map(itemOf), page }
        for (const [i, at] of moves.entries()) {
          const isBack = ways[i] === true && last.page.previous !== undefined
          const cursor = isBack ? last.page.previous : last.page.cursor
          if (cursor === undefined) break
          page = await queryAt(at).page(cursor)
          const items = page.items.map(itemOf)
          if (kind !== 'scan') {
            const from = isBack ? last.items[0] : last.items.at(-1)
            const place = from && ofKind.findIndex(one => keyOf(one) === keyOf(from))
            const isBeyond = (one: Item) =>
              place === undefined || (isBack ? ofKind.indexOf(one) < place : ofKind.indexOf(one) > place)
            const left = visible(at).filter(isBeyond)
            const count = size ?? items.length
            const expected = isBack ? left.slice(Math.max(0, left.length - count)) : left.slice(0, count)
            assert.equal(items.map(keyOf), expected.map(keyOf), inWords({ asked, i }))
            if (size === null) assert.is(items.length === 0, left.length === 0, inWords({ asked, i }))
            else if (from)
              assert.is(
                (isBack ? page.previous : page.cursor) !== undefined,
                left.length > count,
                inWords({ asked, i })
              )
          } else for (const { n } of items) assert.ok(fits(asked, at, n), inWords({ asked, i }))
          given += items.length
          pages++
          if (items.length === 0) break
          last = { items, page }
        }
      }),
      { numRuns: runs(300), includeErrorInReport: true }
    )
    assertMany(pages > runs(300) / 2 && given > pages, `only ${pages} pages of ${given} items`)
  }))

test('whatever dropped rows stand between, pages without a size give every item once, and cursors hold keys of no other', () =>
  localTable(async place => {
    await fc.assert(
      fc.asyncProperty(question, async ({ kind, reverse, rows, shown }) => {
        await writeRows(
          place,
          rowsOf(n => shown[n / 2] === true)
        )
        const db = connect({ table: place.table, client: shortOf(place.client, rows) })
        let query = (kind === 'scan' ? db.scan(Note) : db.query(Note)) as unknown as General
        if (kind !== 'scan') query = query.where(kind === 'GSI1' ? { topic: 't' } : { owner: 'o' })
        if (kind === 'GSI1') query = query.onGsi1()
        if (kind !== 'scan' && reverse) query = query.reverse()
        query = query.filter({ shown: true })
        const found: number[] = []
        let cursor: string | undefined
        do {
          const page = await query.page(cursor)
          found.push(...page.items.map(one => itemOf(one).n))
          cursor = page.cursor
          if (cursor === undefined) break
          assert.ok(page.items.length > 0)
          const at = /N#(\d+)/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1]
          assert.is(Number(at), found.at(-1))
        } while (cursor !== undefined)
        assert.equal(
          found.sort((a, b) => a - b),
          numbers.filter(n => shown[n / 2])
        )
      }),
      { numRuns: runs(200), includeErrorInReport: true }
    )
  }))

const asked: QueryCommandInput[] = []
const client = {
  send: async ({ input }: { input: QueryCommandInput }) => {
    asked.push(input)
    return { Items: [] }
  }
} as unknown as DynamoDBClient // all that is used of one
const db = connect({ table: 'table', client })

const Doc = model('Doc')
  .pk('tenant')
  .suffix('App')
  .sk('D#name', 'V#version')
  .gsi1('kind')
  .fields({ version: t.int({ digits: 3 }), size: t.int() })
const Sheet = model('Sheet').pk('tenant').suffix('App').sk('D#name', 'P#page')
/** What only the page of a read asks of it. */
const scopeOf = (read: unknown): CursorScope => (read as { ' prepare'(): Run<unknown> })[' prepare']().scope()
const reads = {
  one: db.query(Doc).where({ tenant: 'a' }),
  prefix: db
    .query(Doc)
    .where({ tenant: 'a', name: 'b' })
    .filter({ size: gt(1) }),
  whole: db.query(Doc).where({ tenant: 'a', name: 'b', version: 1 }),
  range: db
    .query(Doc)
    .where({ tenant: 'a', name: 'b', version: gt(3) })
    .reverse()
    .pageSize(2),
  index: db.query(Doc).where({ kind: 'k' }).onGsi1(),
  both: db.query(Doc, Sheet).where({ tenant: 'a', name: 'b' }),
  scan: db.scan(Doc, Sheet)
}
type Name = keyof typeof reads

/** Whether a key meets what a request asks of keys, read from the request's own text. */
const meets = (input: QueryCommandInput, key: Readonly<Record<string, { S?: string }>>): boolean => {
  const { ':pk': pk, ':sk': low, ':to': high } = input.ExpressionAttributeValues ?? {}
  const [name = ''] = /^\w+/.exec(input.KeyConditionExpression ?? '') ?? []
  const sk = key.SK?.S ?? ''
  const text = input.KeyConditionExpression ?? ''
  if (text === '') return true // a scan reads the whole table
  const order = compareBytes(sk, low?.S ?? '')
  const isIn = text.includes('begins_with')
    ? sk.startsWith(low?.S ?? '')
    : text.includes('BETWEEN')
      ? order >= 0 && compareBytes(sk, high?.S ?? '') <= 0
      : text.includes('SK >=')
        ? order >= 0
        : text.includes('SK <=')
          ? order <= 0
          : !text.includes('SK =') || order === 0
  return key[name]?.S === pk?.S && isIn
}

const digest = await loadDigest()

const bodyOf = (scope: CursorScope, body: Uint8Array): string => {
  return Buffer.concat([digest(scope.shape, body), body]).toString('base64url')
}
const text = fc.oneof(
  fc.constantFrom(
    'T#a#App',
    'T#b#App',
    'D#b#V#001',
    'D#b#V#004',
    'D#c#V#004',
    'D#b#P#x',
    'D#',
    '',
    'K#k#App',
    '\u0000',
    '\ufffd',
    'é'.repeat(700)
  ),
  fc.string({ unit: character, maxLength: 12 })
)
const bytes = fc.uint8Array({ maxLength: 30 })
const place = fc.constantFrom('D#b#V#001', 'D#b#V#004', 'D#b#P#x')
const position = fc
  .record({ PK: fc.oneof(fc.constant('T#a#App'), text), SK: fc.oneof(place, text) })
  .map(({ PK, SK }) => ({ PK: { S: PK }, SK: { S: SK } }))
const garbage = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true }),
  fc.base64String(),
  fc.constant(Symbol('cursor')),
  fc.constant('x'.repeat(100_000))
)

test('whatever page() is given, it gives items or throws InvalidCursor, and never asks outside of its partition and bounds', async () => {
  let accepted = 0
  const name = fc.constantFrom(...(Object.keys(reads) as Name[])) // so they are called
  await fc.assert(
    fc.asyncProperty(
      name,
      fc.option(name, { freq: 10 }),
      fc.boolean(),
      position,
      fc.oneof(
        fc.record({ how: fc.constant('truncated'), at: fc.nat(80) }),
        fc.record({ how: fc.constant('mutated'), at: fc.nat(80), to: fc.nat(255) }),
        fc.record({ how: fc.constant('spliced'), at: fc.nat(80), bytes }),
        fc.record({
          how: fc.constant('forged'),
          bytes: fc.tuple(fc.nat(3), bytes).map(([flags, rest]) => Uint8Array.from([2, flags, ...rest]))
        }),
        fc.record({ how: fc.constant('garbage'), garbage }),
        fc.record({ how: fc.constant('whole') })
      ),
      async (name, from, isBackward, at, change) => {
        const read: unknown = reads[name]
        const scope = scopeOf(reads[from ?? name])
        const whole = writeCursor(digest, scope, { isBackward, position: { ...at, ...scope.known } })
        const body = Buffer.from(whole, 'base64url')
        let cursor: unknown = whole
        if ('garbage' in change) cursor = change.garbage
        else if (change.how === 'forged' && 'bytes' in change) cursor = bodyOf(scope, change.bytes)
        else if ('to' in change) {
          if (change.at < body.length) body[change.at] = change.to
          cursor = change.at >= DIGEST_BYTES ? bodyOf(scope, body.subarray(DIGEST_BYTES)) : body.toString('base64url')
        } else if ('at' in change) {
          const more = 'bytes' in change ? change.bytes : []
          cursor = bodyOf(
            scope,
            Buffer.concat([
              body.subarray(DIGEST_BYTES, change.at),
              Uint8Array.from(more),
              body.subarray('bytes' in change ? change.at : body.length)
            ])
          )
        }
        asked.length = 0
        const outcome = await (read as Pages).page(cursor as string).then(
          () => 'items',
          error => error
        )
        if (cursor === undefined) return
        if (outcome !== 'items') assert.instance(outcome, InvalidCursor)
        else accepted++
        assert.ok(asked.length <= 1)
        for (const input of asked) {
          const { ExclusiveStartKey: key } = input
          if (key !== undefined) assert.ok(meets(input, key as never), JSON.stringify(key))
        }
      }
    ),
    { numRuns: tries(5_000), includeErrorInReport: true }
  )
  assertTried(accepted > 50, `only ${accepted} were accepted`)
})

test('a cursor is bound to its table, partition, keys, operators and filters, and to no operand of order', async () => {
  const base = db.query(Doc).where({ tenant: 'a' })
  const at = { PK: { S: 'T#a#App' }, SK: { S: 'D#b#V#004' } }
  const fitsIn = async (one: unknown, other: unknown): Promise<boolean> => {
    const { known } = scopeOf(one)
    const cursor = writeCursor(digest, scopeOf(one), { isBackward: false, position: { ...at, ...known } })
    const error = await (other as Pages).page(cursor).then(
      () => undefined,
      error => error
    )
    if (error !== undefined) assert.instance(error, InvalidCursor)
    return error === undefined
  }
  const named = db.query(Doc).where({ tenant: 'a', name: 'b' })
  const same: [unknown, unknown][] = [
    [base, base.only('size')],
    [base.pageSize(2), base.limit(5)],
    [base, base.consistent()],
    [base.filter({ size: gt(1) }), base.filter({ size: gt(2) })],
    [base.filter({ size: 1, name: lt('b') }), base.filter({ name: lt('c'), size: 1 })],
    [base.filter(not({ size: between(1, 2) })), base.filter(not({ size: between(3, 4) }))],
    [named.where({ version: gte(3) }), named.where({ version: gte(4) })]
  ]
  for (const [i, [one, other]] of same.entries()) assert.ok(await fitsIn(one, other), `pair ${i}`)
  const different: [unknown, unknown][] = [
    [base, connect({ table: 'other', client }).query(Doc).where({ tenant: 'a' })],
    [base, db.query(Doc).where({ tenant: 'b' })],
    [base, named],
    [base, base.reverse()],
    [base, db.query(Doc).where({ kind: 'a' }).onGsi1()],
    [named, db.query(Doc).where({ tenant: 'a', name: 'c' })],
    [named.where({ version: gte(3) }), named.where({ version: gt(3) })],
    [named.where({ version: gte(3) }), named],
    [base.filter({ size: gt(1) }), base],
    [base.filter({ size: 1 }), base.filter({ size: 2 })],
    [base.filter({ size: gt(1) }), base.filter({ size: gte(1) })],
    [base.filter({ size: gt(1) }), base.filter({ version: gt(1) })],
    [base.filter({ size: gt(1) }), base.filter(not({ size: gt(1) }))]
  ]
  for (const [i, [one, other]] of different.entries()) assert.not.ok(await fitsIn(one, other), `pair ${i}`)
})

test.run()
