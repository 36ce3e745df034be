import fc from 'fast-check'
import { layout, model, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keyString } from '../support/arbitrary.ts'
import { assertTried, tries } from '../support/runs.ts'
import { type Equal, isType } from '../support/types.ts'

const Path = model('Path').rawKeys().pk('root', 'base').suffix('P#X').sk('P#ID#leaf')

test('raw keys hold values as they are, and fixed text may hold the delimiter', () => {
  const key = Path.key({ root: 'a#B', base: '50%', leaf: '#' })
  isType<Equal<typeof key, { PK: 'R#a#B#B#50%#P#X'; SK: 'P#ID##' }>>()
  assert.equal(key, { PK: 'R#a#B#B#50%#P#X', SK: 'P#ID##' })
})

test('different raw values can make one key: the risk that escaping takes away', () => {
  const one = { root: 'x', base: 'y#B#z', leaf: 'l' }
  const two = { root: 'x#B#y', base: 'z', leaf: 'l' }
  assert.equal(Path.key(one), Path.key(two))
  const Safe = model('Path').pk('root', 'base').suffix('X').sk('leaf')
  assert.not.equal(Safe.key(one), Safe.key(two))
})

test('a raw key is read back where there is one way to read it, and only there', () => {
  assert.equal(Path.parse(Path.key({ root: 'a#c', base: 'b', leaf: 'l#m' })), { root: 'a#c', base: 'b', leaf: 'l#m' })
  assert.is(Path.parse({ PK: 'R#x#B#y#B#z#P#X', SK: 'P#ID#l' }), undefined)
  assert.is(Path.parse({ PK: 'R##B#z#P#X', SK: 'P#ID#l' }), undefined)
  assert.is(Path.parse({ PK: 'R#a#B#b#X', SK: 'P#ID#l' }), undefined)
  const Single = model('Single').rawKeys().pk().sk('#text')
  assert.equal(Single.parse({ PK: 'Single', SK: '#' }), { text: '#' })
  assert.is(Single.parse({ PK: 'Single#', SK: '#' }), undefined)
})

test('what a raw key does not tell by itself, the other key of the row may', () => {
  const catalog = layout({ pk: 'identifier', sk: 'namespace', delimiters: '.' })
  const Table = catalog
    .model('Table')
    .rawKeys()
    .pk(text('{namespace}.{name}'))
    .sk('namespace')
    .fields({ namespace: t.string() })
  const users = { namespace: 'db.sales', name: 'users' }
  assert.equal(Table.parse(Table.key(users)), users)
  assert.is(Table.parse({ identifier: 'db.sales.users', namespace: 'db.bills' }), undefined, 'the keys disagree')
  assert.is(Table.parse({ identifier: 'db.', namespace: 'db.sales' }), undefined)
  const Step = layout({ pk: 'pk', sk: 'sk' }).model('Step').rawKeys().pk(text('{run}#{task}')).sk(text('{run}'))
  const step = { run: 'a#b', task: 'c#d' }
  const made = Step.fields({ run: t.string().onlyInKeys(), task: t.string().onlyInKeys() })
  assert.equal(made.parse(made.key(step)), step)
  const row = { pk: { S: 'a#b#c#d' }, sk: { S: 'a#b' } }
  const indexed = layout({ pk: 'pk', indexes: { byRun: { pk: 'runKey' } } })
  const Task = indexed
    .model('Task')
    .rawKeys()
    .pk(text('{run}#{task}'))
    .index('byRun', { pk: text('{run}') })
  const task = Task.fields({ run: t.string().onlyInKeys(), task: t.string().onlyInKeys() })
  assert.equal(models({ Task: task }).read({ pk: row.pk, runKey: row.sk })?.item, step, 'by that of an index, too')
  assert.equal(models({ Step: made }).read(row), { model: 'Step', item: step })
})

test('whatever is read back is what was written', () => {
  const Three = model('Three')
    .rawKeys()
    .pk('a', '#b', 'c')
    .sk('s', 'n')
    .fields({ n: t.int({ digits: 2 }) })
  let readBack = 0
  fc.assert(
    fc.property(keyString, keyString, keyString, keyString, fc.integer({ min: -99, max: 99 }), (a, b, c, s, n) => {
      const value = { a, b, c, s, n }
      const read = Three.parse(Three.key(value))
      if (read === undefined) return
      readBack++
      assert.equal(read, value)
    }),
    { numRuns: tries(2_000) }
  )
  assertTried(readBack > 200, `only ${readBack} keys were read back`)
})

test('an identifier with # is refused without rawKeys, and the message says what to do', () => {
  assert.throws(() => model('Path').pk('P#ID#leaf'), /or call \.rawKeys\(\) first if the table already holds such keys/)
})

test.run()
