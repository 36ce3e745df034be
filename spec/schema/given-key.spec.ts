import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { connect, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { GivenKey } from '../../lib/schema/given-key.ts'
import { hostile } from '../support/hostile.ts'
import { idleClient } from '../support/idle.ts'
import { type Draft, randomModels } from '../support/random-layouts.ts'
import { assertMany, runs } from '../support/runs.ts'

type Values = Record<string, unknown>

const outcome = (make: () => unknown): unknown => {
  try {
    return make()
  } catch (error) {
    return String(error)
  }
}

/** The key as it is made of values that are kept, and as it is made at once. */
const compare = (draft: Draft, values: Values): boolean => {
  const definition = definitionIn(draft)
  const slow = outcome(() => definition.key(values))
  const given = GivenKey.of(definition, values)
  const fast = outcome(() => given.stored())
  deepStrictEqual(fast, slow)
  if (typeof fast === 'object' && fast !== null) for (const name of Object.keys(fast)) Reflect.set(fast, name, 'other')
  for (const name of Object.keys(values)) values[name] = 'changed'
  deepStrictEqual(
    outcome(() => given.stored()),
    slow,
    'once more, after all else was changed'
  )
  return typeof slow === 'object'
}

test('a key that is rendered at once is what it would be later, or fails as it would', () => {
  const sample = randomModels(1).chain(([one]) => {
    const { draft, values } = one as NonNullable<typeof one>
    const names = definitionIn(draft).attributes.names
    const odd = fc.dictionary(fc.constantFrom(...names, 'constructor', 'other'), fc.oneof(hostile, fc.string()), {
      maxKeys: 2
    })
    const mixed = fc.tuple(values, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: odd }))
    return fc.record({
      draft: fc.constant(draft),
      given: mixed.map(([fitting, others]): Values => ({ ...fitting, ...others }))
    })
  })
  let valid = 0
  fc.assert(
    fc.property(sample, ({ draft, given }) => {
      if (compare(draft, given)) valid++
    }),
    { numRuns: runs(1_000), includeErrorInReport: true }
  )
  assertMany(valid > runs(300), `${valid} were valid`)
})

test('each value of a key is read once, when the builder is made', () => {
  const Fruit = model('Fruit').pk('apple').sk('date').fields({ date: t.day(), weight: t.number() })
  const { client } = idleClient()
  const db = connect({ table: 'table', client })
  const reads: string[] = []
  const key = {
    get apple() {
      return `${reads.push('apple')}`
    },
    get date() {
      reads.push('date')
      return '2026-01-01'
    }
  }
  const get = db.get(Fruit, key)
  assert.equal(reads, ['apple', 'date'])
  assert.equal(get.compile().Key, { PK: { S: 'A#1#Fruit' }, SK: { S: 'D#2026-01-01' } })
  assert.equal(get.compile().Key, { PK: { S: 'A#1#Fruit' }, SK: { S: 'D#2026-01-01' } })
  assert.equal(reads, ['apple', 'date'])
})

test.run()
