import { inspect } from 'node:util'
import { append, between, connect, copyOf, exists, gt, lt, model, plus, size, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { idleClient } from '../support/idle.ts'

const { client, requests } = idleClient()
const M = model('M').pk('a').sk('b').fields({ n: t.int().optional() })
const db = connect({ table: 'app', client })
const key = { a: 'x', b: 'y' }
const Key = "{ PK: { S: 'A#x#M' }, SK: { S: 'B#y' } }"

const printed: [builder: unknown, text: RegExp][] = [
  [db.get(M, key), new RegExp(`^GetItem \\{\\s+TableName: 'app',\\s+Key: ${Key}\\s+\\}$`)],
  [db.put(M, key), /^PutItem \{\s+TableName: 'app',\s+Item: /],
  [db.delete(M, key), /^DeleteItem \{/],
  [db.update(M, key).set({ n: 1 }), /^UpdateItem \{[\s\S]*UpdateExpression: 'SET #0 = :0'/],
  [db.update(M, key), /^UpdateItem \(M: update\(\) has nothing to change/],
  [db.check(M, key).if({ n: 1 }), /^TransactWriteItems \{/],
  [db.check(M, key), /^TransactWriteItems \(M: check\(\) has nothing to check/],
  [db.query(M).where({ a: 'x' }), /^Query \{[\s\S]*KeyConditionExpression: /],
  [db.query(M), /^Query \(M: where\(\) lacks a, a part of PK/],
  [db.scan(M), /^Scan \{/],
  [db.move(M, key, { b: 'z' }), /^TransactWriteItems \(made of what is read when it runs\)$/],
  [db.load(M, []), /^BatchWriteItem \(/],
  [db.transact(db.get(M, key)), /^TransactGetItems \{/],
  [db.transact(db.put(M, key)), /^TransactWriteItems \{/],
  [db.batchGet(db.get(M, key)), /^BatchGetItem \[/],
  [db.batchWrite(db.put(M, key)), /^BatchWriteItem \[/],
  [db.put(M, { ...key, n: 0.5 }), /^PutItem \(M: nothing was sent, because n: must be an integer/]
]
for (const [builder, text] of printed)
  test(`console.log() shows ${text.source.slice(1, 40)}, and sends nothing`, () => {
    assert.match(inspect(builder), text)
    assert.match(inspect({ builder }), /builder: /)
    assert.is(requests.count, 0)
  })

test('console.log() shows operators and changes as the calls that make them', () => {
  const all = [gt(3), between('a', 'b'), size(lt(2)), exists(), plus(1), plus('other', 2), copyOf('other'), append([1])]
  assert.is(
    inspect(all, { breakLength: Infinity }),
    "[ gt(3), between('a', 'b'), size(lt(2)), exists(), plus(1), plus('other', 2), copyOf('other'), append([ 1 ]) ]"
  )
})

test.run()
