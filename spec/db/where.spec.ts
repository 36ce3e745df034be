import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { anyOf, attr, beginsWith, between, connect, eq, gt, layout, model, oneOf, plus, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { IncompleteQuery } from '../../lib/errors.ts'
import type { KeyBound } from '../../lib/keys/source.ts'
import { NO_OPTIONS } from '../../lib/plan/read/options.ts'
import { prepareQuery } from '../../lib/plan/read/query.ts'
import { rangesIn, sortBoundOf } from '../../lib/plan/read/sort-bound.ts'
import { NOWHERE, type Where, whereOf, whereProblem } from '../../lib/plan/read/where.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { hostile } from '../support/hostile.ts'
import { idleClient } from '../support/idle.ts'
import { type Draft, randomModels } from '../support/random-layouts.ts'
import { rangeOf } from '../support/random-ranges.ts'
import { assertMany, runs } from '../support/runs.ts'

type Values = Record<string, unknown>

const outcome = (make: () => unknown): unknown => {
  try {
    return make()
  } catch (error) {
    return String(error)
  }
}

/** What a query asks of keys, as it is found in one walk along them. */
const quick = (draft: Draft, index: string | undefined, where: Where) => {
  const definition = definitionIn(draft)
  const { partition, bounds } = prepareQuery({
    table: 'table',
    models: [definition],
    where,
    index,
    consistent: false,
    reverse: false,
    options: NO_OPTIONS
  })
  return { partition, bounds: bounds.map(asked) }
}

/** What a bound asks, without how it was found. */
const asked = ({ condition, low, high, check, known }: KeyBound): KeyBound => ({ condition, low, high, check, known })

/** The same, as it is found by looking for everything that may be wrong first. */
const thorough = (draft: Draft, index: string | undefined, where: Where) => {
  const definition = definitionIn(draft)
  const access = definition.on(index)
  const { values } = where
  const ranges = rangesIn(definition, where)
  const problem = whereProblem(definition.name, access, values, ranges)
  if (problem !== undefined) throw new IncompleteQuery(definition.name, problem.sentence, problem.attribute)
  const partition = access.pk.map(key => key.stored(values))
  return { partition, bounds: [asked(sortBoundOf(access.sk, values, ranges[0]))] }
}

/** The values of a key from the left, some of which are lacking, ranges, or others. */
const queries = randomModels(1).chain(([one]) => {
  const { draft, values } = one as NonNullable<typeof one>
  const definition = definitionIn(draft)
  const index = fc.constantFrom(undefined, ...definition.indexes.keys())
  return fc.tuple(fc.constant(draft), index, values).chain(([draft, index, values]) => {
    const { pk, sk } = definition.on(index)
    const names = [...pk, ...sk].flatMap(key => key.attributes)
    const fits = fc
      .tuple(fc.nat(names.length), fc.nat(3))
      .map(([length, lost]) => names.slice(0, Math.max(length, pk.length)).filter((_, i) => i !== 3 * lost + 2))
      .map(left => Object.fromEntries(left.map(name => [name, (values as Values)[name]])))
      .chain(fitting => {
        const last = Object.keys(fitting).at(-1)
        if (last === undefined) return fc.constant(fitting)
        const value = fc.constant(fitting[last])
        return fc.oneof(value, rangeOf(value, true)).map(end => ({ ...fitting, [last]: end }))
      })
    const value = fc.oneof(
      ...names.map(name => fc.constant((values as Values)[name])),
      ...names.map(name => rangeOf(fc.constant((values as Values)[name]), true)),
      hostile,
      fc.constant('x'.repeat(3000))
    )
    const name = fc.constantFrom(...names, ...names, 'constructor', 'other')
    const odd = fc.dictionary(name, value, { maxKeys: 2 })
    const odds = fc.oneof(fc.constant({}), odd)
    return fc.record({ draft: fc.constant(draft), index: fc.constant(index), fits, odds, isSplit: fc.boolean() })
  })
})

const MODEL = { name: 'Model', copyWhere: (values: object) => ({ ...values }) }

test('a query that is found in one walk along its keys is the one that is found thoroughly, or fails alike', () => {
  let [valid, ranged] = [0, 0]
  fc.assert(
    fc.property(queries, ({ draft, index, fits, odds, isSplit }) => {
      const whole: Values = { ...fits, ...odds }
      const given = outcome(() => whereOf(MODEL, whole, NOWHERE))
      if (typeof given === 'string') return
      const where = given as Where
      const slow = outcome(() => thorough(draft, index, where))
      deepStrictEqual(
        outcome(() => quick(draft, index, where)),
        slow
      )
      for (const name of Object.keys(whole)) whole[name] = 'changed'
      deepStrictEqual(
        outcome(() => quick(draft, index, where)),
        slow,
        'once more, after its values were changed'
      )
      if (typeof slow === 'object') valid++
      if (typeof slow === 'object' && where.asked.length > 0) ranged++
      const [first = '', ...others] = Object.keys(where.values)
      if (!isSplit || others.length === 0) return
      const { [first]: one, ...rest } = where.values
      const begun = whereOf(MODEL, { [first]: one }, NOWHERE)
      const twice = whereOf(MODEL, rest, begun)
      deepStrictEqual(
        outcome(() => quick(draft, index, twice)),
        slow,
        'in two calls'
      )
      assert.throws(() => whereOf(MODEL, rest, where), /before/)
    }),
    { numRuns: runs(500), includeErrorInReport: true }
  )
  assertMany(valid > runs(75), `${valid} were valid`)
  assertMany(ranged > 0, `${ranged} of them ranges`)
})

test('operators stay what they are, whatever is done to them or their operands', () => {
  const Fruit = model('Fruit')
    .pk('apple')
    .sk('#banana')
    .fields({ on: t.date().optional(), count: t.int(), least: t.int().optional() })
  const { client } = idleClient()
  const db = connect({ table: 'table', client })
  const make = () => {
    const [low, high] = [new Date(0), new Date(1)]
    return {
      given: [low, high],
      start: beginsWith('b'),
      range: between(low, high),
      list: oneOf(1, 2),
      sum: plus('least', 2),
      whole: eq({ size: 1 }),
      other: gt(attr('least')),
      any: anyOf<{ count: number }>({ count: 1 }, { count: 2 })
    }
  }
  const compile = ({ start, range, list, sum, other, any }: ReturnType<typeof make>) => [
    db
      .query(Fruit)
      .where({ apple: 'a', banana: start })
      .filter({ on: range, count: list })
      .filter({ count: other })
      .filter(any)
      .compile(),
    db.update(Fruit, { apple: 'a', banana: 'b' }).set({ count: sum }).compile()
  ]
  const pristine = compile(make())
  const made = make()
  for (const date of made.given) date.setTime(99)
  for (const operator of Object.values(made)) {
    if (Array.isArray(operator)) continue
    for (const name of ['kind', 'operands', 'conditions', 'from', 'path', 'more'])
      Reflect.set(operator, name, ['spoilt'])
    for (const name of ['operands', 'conditions']) {
      const held: unknown = Reflect.get(operator, name)
      if (!Array.isArray(held) || Object.isFrozen(held)) continue
      for (const part of held) if (part instanceof Date) part.setTime(99)
      held.splice(0, held.length, 'spoilt')
    }
  }
  assert.equal(compile(made), pristine)
  assert.is(Reflect.get(made.whole, 'kind'), 'eq')
})

test('a whole key of an index, given to the table, says how the index is read', () => {
  const Ticket = model('Ticket').pk('tenant').sk('ticket').gsi1('owner')
  const general = connect({ table: 'a' }) as unknown as {
    query(model: unknown): { where(values: object): { compile(): unknown; on(index: string): { compile(): unknown } } }
  }
  const query = general.query(Ticket)
  const hint = /^Ticket: where\(\) lacks tenant, a part of PK, but a whole key of GSI1: read that by \.onGsi1\(\)\.$/
  for (const values of [{ owner: 'a' }, { owner: 'a', ticket: '1' }])
    assert.throws(
      () => query.where(values).compile(),
      (error: Error) => hint.test(error.message)
    )
  assert.throws(
    () => query.where({ ticket: '1' }).compile(),
    (error: Error) => error.message.endsWith('a part of PK.')
  )
  const app = layout({ pk: 'pk', sk: 'sk', indexes: { byOwner: { pk: 'owner' } } })
  const Task = app.model('Task').pk('tenant').sk('task').index('byOwner').fields({ owner: t.string() })
  assert.throws(() => general.query(Task).where({ owner: 'a' }).compile(), /byOwner: read that by \.on\('byOwner'\)/)
})

test.run()
