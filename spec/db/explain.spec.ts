import { beginsWith, connect, gt, lte, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const Note = model('Note')
  .pk('owner')
  .sk('A#city', 'N#number')
  .gsi1('topic')
  .fields({ number: t.int({ digits: 4 }), size: t.int() })
const Mark = model('Mark').pk('owner').suffix('Note').sk('M#mark').fields({ size: t.int() })
const Twin = model('Twin').pk('owner').suffix('Note').sk('A#city', 'T#twin')

test('explain says what a query does, without a table, a client or the network', () => {
  const db = connect()
  const plain = db
    .query(Note)
    .where({ owner: 'o', city: 'Rome', number: gt(3) })
    .limit(5)
    .consistent()
    .explain()
  assert.equal(JSON.parse(JSON.stringify(plain)), {
    operation: 'Query',
    models: ['Note'],
    index: 'table',
    consistent: true,
    key: ['owner = "o"', 'city = "Rome"', 'number > 3'],
    bounds: 'PK = "O#o#Note" AND SK BETWEEN "A#Rome#N#0003!" AND "A#Rome#N$"',
    order: 'forwards',
    limit: 5,
    warnings: []
  })
  const much = db
    .query(Note)
    .where({ topic: 't', city: lte('New York') })
    .onGsi1()
    .filter({ size: gt(2) })
    .only('size')
    .pageSize(9)
    .reverse()
  assert.is(
    String(much.explain()),
    [
      'Query    Note on GSI1',
      'key      topic = "t" and city <= "New York"',
      'bounds   GSI1PK = "T#t#Note" AND SK BETWEEN "A#" AND "A#New$"',
      'filter   size > 2',
      'only     size',
      'order    backwards',
      'page     9',
      'warning  the filter drops items after they are read: they cost as much as those that stay',
      'warning  the bounds are wider than the range, so that nothing is missed: the rest is dropped after the read',
      'warning  only() saves transfer; what is read costs as much as whole items',
      'warning  GSI1 is eventually consistent: it may lack what was just written',
      'warning  without limit() all pages are read, for count() too, one request for each MB'
    ].join('\n')
  )
  assert.equal(
    db
      .query(Note)
      .where({ owner: 'o', city: beginsWith('R') })
      .explain().key,
    ['owner = "o"', 'city begins with "R"']
  )
})

const FILTER = 'the filter drops items after they are read: they cost as much as those that stay'
const WIDE = 'the bounds are wider than the range, so that nothing is missed: the rest is dropped after the read'
const BETWEEN = 'what stands between the items of these models in the partition is read, too, and dropped'
const ONLY = 'only() saves transfer; what is read costs as much as whole items'
const INDEX = 'GSI1 is eventually consistent: it may lack what was just written'
const ALL = 'without limit() all pages are read, for count() too, one request for each MB'
const LIMIT =
  'limit() counts what is given: the first request reads up to 50 rows, and others follow until there are enough'
const SCAN = 'a scan reads, and is charged for, everything in the table'

const base = connect().query(Note).where({ owner: 'o' })
const both = connect().query(Note, Mark).where({ owner: 'o' })
const scan = connect().scan(Note)
const warned: [what: string, read: { explain(): { warnings: readonly string[] } }, ...warnings: string[]][] = [
  ['a limit', base.limit(1)],
  ['no limit', base, ALL],
  ['a filter', base.limit(1).filter({ size: gt(2) }), FILTER, LIMIT],
  ['a range of a value that others follow', base.limit(1).where({ city: lte('New York') }), WIDE, LIMIT],
  ['a range that the bounds say', base.limit(1).where({ city: 'Rome', number: gt(3) })],
  ['some attributes', base.limit(1).only('size'), ONLY],
  ['GSI1', connect().query(Note).where({ topic: 't' }).onGsi1().limit(1), INDEX],
  ['several models', both.limit(1), BETWEEN],
  ['several models, all', both.filter({ size: gt(2) }), FILTER, BETWEEN, ALL],
  ['models whose keys begin alike', connect().query(Note, Twin).where({ owner: 'o' }).limit(1)],
  ['a scan', scan.limit(1), SCAN, LIMIT],
  ['a scan in segments', scan.segments(2), `${SCAN}, in 2 segments at a time`, ALL],
  ['a scan with a filter', scan.filter({ size: gt(2) }).only('size'), SCAN, FILTER, ONLY, ALL]
]
for (const [what, read, ...warnings] of warned)
  test(`explain warns of what costs: ${what}`, () => assert.equal(read.explain().warnings, warnings))

test('explain says where a read starts', () => {
  const { after } = base.startingAfter({ owner: 'o', city: 'Rome', number: 3 }).explain()
  assert.is(after, 'PK = "O#o#Note" and SK = "A#Rome#N#0003"')
  assert.match(
    String(both.startingAfter({ model: 'Mark', item: { owner: 'o', mark: 'm' } }).explain()),
    /^after +PK = /m
  )
})

test('explain says what a collection and a scan do', () => {
  const db = connect()
  assert.equal(db.query(Note, Mark).where({ owner: 'o' }).explain().models, ['Note', 'Mark'])
  const scan = db.scan(Note).segments(4).limit(1).explain()
  assert.is(scan.bounds, 'the whole table')
  assert.equal(scan.warnings, [`${SCAN}, in 4 segments at a time`, LIMIT])
})

test.run()
