import fc from 'fast-check'
import { connect, minus, model, plus, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const define = () =>
  model('Counter')
    .pk('area')
    .sk('page')
    .gsi1('owner')
    .fields({
      hits: t.number(),
      misses: t.int(),
      big: t.bigint().optional(),
      label: t.string(),
      on: t.boolean().optional(),
      tags: t.set(t.string()).optional(),
      more: t.map({ a: t.string() }).optional(),
      limit: t.number().default(3),
      v: t.version()
    })
const Counter = define()
const db = connect({ table: 'table' })
const key = { area: 'a', page: 'p' }

const sum = fc.integer().chain(n => fc.constantFrom(plus(n), minus(n)))
const changes = fc.record(
  {
    hits: fc.oneof(fc.integer(), sum),
    misses: fc.oneof(fc.integer(), sum),
    big: fc.bigInt({ min: -5n, max: 5n }),
    label: fc.oneof(fc.string(), fc.constant(5 as never)),
    on: fc.constantFrom(true, undefined),
    tags: fc.constant(new Set(['a'])),
    more: fc.constant({ a: 'x' }),
    limit: fc.oneof(fc.integer(), sum),
    owner: fc.constant('o'),
    area: fc.constant('x' as never)
  },
  { requiredKeys: [], noNullPrototype: true }
)

const outcome = (act: () => unknown): unknown => {
  try {
    return act()
  } catch (error) {
    return String(error)
  }
}

test('an update whose shape was seen before is compiled as one that is new', () => {
  let repeated = 0
  const seen = new Set<string>()
  fc.assert(
    fc.property(changes, set => {
      const shape = Object.keys(set).join()
      if (seen.has(shape)) repeated++
      seen.add(shape)
      assert.equal(
        outcome(() =>
          db
            .update(Counter, key)
            .set(set as never)
            .compile()
        ),
        outcome(() =>
          db
            .update(define(), key)
            .set(set as never)
            .compile()
        )
      )
    }),
    { numRuns: 3_000 }
  )
  assert.ok(repeated > 500, `only ${repeated} shapes came again`)
})

test('more shapes than are remembered are compiled all the same', () => {
  const Wide = model('Wide')
    .pk('p')
    .sk('s')
    .fields(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, t.string()])))
  for (let i = 0; i < 300; i++)
    for (const value of ['x', 'y']) {
      const set: Record<string, string> = { [`a${i}`]: value }
      const input = db
        .update(Wide, { p: 'p', s: 's' })
        .set(set as never)
        .compile()
      assert.equal(input.ExpressionAttributeNames, { '#0': `a${i}` })
      assert.equal(input.ExpressionAttributeValues, { ':0': { S: value } })
    }
})

test.run()
