import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isLoose } from '../../lib/expressions/whole.ts'
import { type AnyModel, allOf, anyOf, connect, eq, ifMissing, ne, not, oneOf } from '../../lib/index.ts'
import { type Sendable, type State, toState } from '../../lib/jsonata/index.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { indexedModels, modelAndItem } from '../support/random-models.ts'
import { assertMany, runs } from '../support/runs.ts'
import { assertValidStates } from './asl.ts'
import { type Builder, checkSame } from './given.ts'
import { choices, scatter } from './scattered.ts'

const RUNS = { numRuns: runs(500), includeErrorInReport: true }
const db = connect({ table: "app's {% table %}" })

const states: State[] = []
const check = async (open: Sendable, known: Builder, given: unknown): Promise<void> => {
  await checkSame(open, known, given)
  states.push(toState(open, { end: true }))
}

test('a put with params is the put with values, whatever the fields and values', () =>
  fc.assert(
    fc.asyncProperty(modelAndItem, choices, async ({ model, given: item }, choose) => {
      const { open, given } = scatter(model, item, choose)
      await check(db.put(model, open), db.put(model, item), given)
    }),
    RUNS
  ))

/** An update as data can call it: its methods are typed by models, which nobody knows at compile time. */
interface GeneralUpdate extends Builder {
  set(changes: unknown): GeneralUpdate
  if(condition: unknown): GeneralUpdate
  upsert(): GeneralUpdate
}
const updateOf = (model: AnyModel, key: unknown) => db.update(model, key as never) as unknown as GeneralUpdate

/** Where the text of a condition does not hang on the value: what a default, or the parts of a map, have to do with it. */
const isTextFixed = (model: AnyModel, name: string): boolean => {
  const field = definitionIn(model).attributes.field(name)
  return field !== undefined && field.traits.fallback === undefined && !isLoose(field)
}

const operators: readonly ((value: unknown) => unknown)[] = [eq, ne, oneOf, (value: unknown) => oneOf(value, value)]

test('an update and its condition with params are those with values', () =>
  fc.assert(
    fc.asyncProperty(modelAndItem, choices, async ({ model, given: { id, ...item } }, choose) => {
      const condition = (all: Readonly<Record<string, unknown>>, kinds: readonly number[]) => {
        const values = pick(
          all,
          Object.keys(all).filter(name => isTextFixed(model, name))
        )
        const tests = Object.entries(values).map(([name, value], i) => ({
          [name]: operators[(kinds[i] ?? 0) % operators.length]?.(value)
        }))
        return tests.length > 1 ? allOf(not(tests[0] ?? {}), anyOf(...tests)) : (tests[0] ?? {})
      }
      const { open, given } = scatter(model, { id, ...item }, choose)
      const { id: openId, ...openItem } = open
      const kinds = Object.keys(item).map(() => choose())
      const changed = (values: Readonly<Record<string, unknown>>) =>
        Object.fromEntries(
          Object.entries(values).map(([name, value], i) => [name, (kinds[i] ?? 0) > 5 ? ifMissing(value) : eq(value)])
        )
      if (Object.keys(item).length === 0) return
      const build = (key: unknown, values: Readonly<Record<string, unknown>>) =>
        updateOf(model, { id: key }).set(changed(values)).if(condition(values, kinds))
      await check(build(openId, openItem), build(id, item), given)
    }),
    RUNS
  ))

const anyIndexed = fc.constantFrom(...indexedModels).chain(sample => {
  const values = Object.fromEntries(
    Object.entries(sample.values).map(([name, some]) => [name, fc.constantFrom(...some)])
  )
  return fc.record({ sample: fc.constant(sample), key: fc.constantFrom(...sample.keys), values: fc.record(values) })
})

test('GSI1PK follows params as it follows values', async () => {
  let followed = 0
  await fc.assert(
    fc.asyncProperty(anyIndexed, choices, fc.boolean(), async ({ sample, key, values }, choose, isUpsert) => {
      const { model, indexed } = sample
      // What is not given at all is the compiler's to see; what may be absent has a spec of its own.
      const item = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
      const whole = { ...key, ...item }
      if (sample.required.some(name => !(name in item))) return
      const { open, given } = scatter(model, whole, choose)
      await check(db.put(model, open), db.put(model, whole), given)
      const isPart = indexed.some(name => name in item) && !indexed.every(name => name in item)
      if (isPart || Object.keys(item).length === 0) return
      const build = (from: Readonly<Record<string, unknown>>) => {
        const change = updateOf(model, pick(from, Object.keys(key))).set(pick(from, Object.keys(item)))
        return isUpsert && indexed.length < 2 ? change.upsert() : change
      }
      if ('GSI1PK' in { ...db.put(model, whole).compile().Item }) followed++
      await check(build(open), build(whole), given)
    }),
    RUNS
  )
  assertMany(followed > 50, `${followed} were in the index`)
})

const pick = (values: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(names.map(name => [name, values[name]]))

test('every state of them is one that the Amazon States Language knows', () => {
  assert.ok(states.length > RUNS.numRuns, `there are ${states.length}`)
  while (states.length > 0) assertValidStates(states.splice(0, 500))
})

test.run()
