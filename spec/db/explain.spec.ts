import { beginsWith, connect, gt, lte, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const Note = model('Note')
  .pk('owner')
  .sk('A#city', 'N#number')
  .gsi1('topic')
  .fields({ number: t.int({ digits: 4 }), size: t.int() })
const Mark = model('Mark').pk('owner').suffix('Note').sk('M#mark')

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

test('explain says what a collection and a scan do', () => {
  const db = connect()
  assert.equal(db.query(Note, Mark).where({ owner: 'o' }).explain().models, ['Note', 'Mark'])
  const scan = db.scan(Note).segments(4).limit(1).explain()
  assert.is(scan.bounds, 'the whole table')
  assert.equal(scan.warnings, ['a scan reads, and is charged for, everything in the table, in 4 segments at a time'])
})

test.run()
