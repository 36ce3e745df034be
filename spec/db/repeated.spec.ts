import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import {
  addTo,
  append,
  beginsWith,
  between,
  connect,
  contains,
  copyOf,
  deleteFrom,
  eq,
  gt,
  ifMissing,
  minus,
  model,
  models,
  ne,
  oneOf,
  plus,
  prepend,
  size,
  t
} from 'keystorm'
import { param } from 'keystorm/jsonata'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as z from 'zod'
import { versionIn } from '../../lib/plan/write/version.ts'
import { compileUpdate, type UpdatePlan } from '../../lib/verbs/update/command.ts'
import { Update } from '../../lib/verbs/update/update.ts'
import { usualUpdate } from '../../lib/verbs/update/usual.ts'
import { assertTried, tries } from '../support/runs.ts'

// What was built before, well or badly, and what became of the inputs it gave, changes nothing of what is built next.

const define = () => {
  const Doc = model('Doc')
    .pk('id')
    .sk('#n', 'kind')
    .gsi1('team')
    .fields({
      n: t.int({ digits: 4 }),
      kind: t.oneOf('a', 'b'),
      team: t.string().optional(),
      text: t.string(),
      count: t.int(),
      weight: t.number().optional(),
      big: t.bigint().optional(),
      flag: t.boolean().optional(),
      bytes: t.binary().optional(),
      day: t.date().optional(),
      tags: t.set(t.string()).optional(),
      marks: t.set(t.number()).default(new Set([1])),
      xs: t.list(t.number()).optional(),
      log: t.list(t.string()).default(['made']),
      lines: t.list(t.map({ sku: t.string(), qty: t.int() })).optional(),
      address: t.map({ city: t.string(), geo: t.map({ lat: t.number() }) }).optional(),
      stock: t.record(t.number()).optional(),
      json: t.json().optional(),
      any: t.type<unknown>().optional(),
      limit: t.number().default(3),
      version: t.version(),
      changed: t.updatedAt()
    })
  const Plain = model('Plain')
    .pk('id')
    .sk('n')
    .gsi1('team')
    .fields({
      n: t.int({ digits: 4 }),
      team: t.string().optional(),
      text: t.string(),
      count: t.int(),
      weight: t.number().optional(),
      big: t.bigint().optional(),
      limit: t.number().default(3),
      flag: t.boolean().optional(),
      day: t.date().optional(),
      tags: t.set(t.string()).optional(),
      xs: t.list(t.number()).optional(),
      lines: t.list(t.map({ sku: t.string(), qty: t.int() })).optional(),
      address: t.map({ city: t.string(), geo: t.map({ lat: t.number() }) }).optional(),
      any: t.type<unknown>().optional()
    })
  const Pair = model('Pair')
    .pk('id')
    .sk('P#part')
    .fields({
      name: z.string().min(2).toUpperCase().optional(),
      text: t.string().optional(),
      xs: t.list(t.number()).optional()
    })
  return { Doc, Plain, Pair, ...models({ Doc, Plain, Pair }) }
}
type App = ReturnType<typeof define>

/** Values of each attribute, some of which do not fit. */
const POOL: Readonly<Record<string, readonly unknown[]>> = {
  id: ['i', 'j#', '', 5],
  n: [1, 2, 0.5, 12_345],
  kind: ['a', 'b', 'c'],
  part: ['p', 'q', ''],
  team: ['red', 'blue', '', 5],
  text: ['x', 'y', 5, '\ud800', null],
  name: ['ann', 'bob', 'x', 5],
  count: [1, 2 ** 52 + 2, -2, 0.5, Number.NaN, '1'],
  weight: [1, 2.5, Number.NaN, 1e200, '1'],
  big: [1n, 2, '3', 0.5, 10n ** 40n],
  flag: [true, false, 'true'],
  bytes: [new Uint8Array([1]), new Uint8Array([2, 3]), 'AQ=='],
  day: [new Date(0), new Date(86_400_000), new Date(Number.NaN), '1970-01-01'],
  tags: [new Set(['a']), new Set(['b', 'c']), new Set(), new Set([1]), ['a']],
  marks: [new Set([2]), new Set([3, 4]), new Set([Number.NaN])],
  xs: [[1, 2], [3], [], [1, Number.NaN], [1, '2'], [undefined], 'x'],
  log: [['a'], ['b', 'c'], [1], ['\ud800']],
  lines: [[{ sku: 'x', qty: 1 }], [{ sku: 'y', qty: 2 }], [{ sku: 'x', qty: 0.5 }], [{ sku: 'x' }], [null]],
  address: [
    { city: 'x', geo: { lat: 1 } },
    { city: 'y', geo: { lat: 2 } },
    { city: 'y', geo: { lat: Number.NaN } },
    { city: 5, geo: { lat: 2 } },
    { street: 'x' }
  ],
  stock: [{ pears: 1 }, { pears: 2 }, { pears: Number.NaN }, { pears: 'x' }, {}],
  json: [
    { a: [1, { b: null }] },
    { a: [2, { b: 'x' }] },
    { a: [Number.NaN, { b: null }] },
    [1, [undefined]],
    new Date(0)
  ],
  any: [{ a: new Set(['x']) }, { a: 1n }, { a: Number.NaN }, [Symbol('x')], () => 1],
  limit: [1, 2, Number.POSITIVE_INFINITY, 'x'],
  version: [1, 2],
  changed: [new Date(0), new Date(1)]
}

const list = (value: unknown): unknown[] => (value instanceof Set ? [...value] : Array.isArray(value) ? value : [value])
const FORMS: Readonly<Record<string, (value: unknown) => unknown>> = {
  value: value => value,
  eq: value => eq(value),
  ifMissing: value => ifMissing(value),
  plus: value => plus(value as number),
  minus: value => minus(value as number),
  'plus another': value => plus('weight', value as number),
  append: value => append(...list(value)),
  prepend: value => prepend(...list(value)),
  addTo: value => addTo(...list(value)),
  deleteFrom: value => deleteFrom(...list(value)),
  copyOf: () => copyOf('text')
}
const TESTS: Readonly<Record<string, (value: unknown) => unknown>> = {
  value: value => value,
  ne: value => ne(value),
  gt: value => gt(value),
  between: value => between(value, value),
  oneOf: value => oneOf(value, value),
  contains: value => contains(list(value)[0]),
  beginsWith: value => beginsWith(value),
  size: value => size(value as number)
}

/** Attributes that a builder is given, how, and which of their values: of two builders of one shape. */
interface Slot {
  readonly name: string
  readonly form: string
  readonly test: string
  readonly one: number
  readonly two: number
}
type Values = Record<string, unknown>
type Turn = 'one' | 'two'

const key = ['id', 'n', 'kind', 'part']
const attributes = Object.keys(POOL).filter(name => !key.includes(name))
/** Of the first builder mostly the first two values, which fit. */
const fit = fc.oneof({ weight: 9, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(6) })
const any = fc.oneof({ weight: 3, arbitrary: fc.nat(1) }, { weight: 2, arbitrary: fc.integer({ min: 2, max: 6 }) })
const slotOf = (name: fc.Arbitrary<string>): fc.Arbitrary<Slot> =>
  fc.record({
    name,
    // A plain value is what most changes are, and of most attributes the other forms are refused.
    form: fc.oneof({ weight: 3, arbitrary: fc.constant('value') }, fc.constantFrom(...Object.keys(FORMS))),
    test: fc.constantFrom(...Object.keys(TESTS)),
    one: fit,
    two: any
  })

const chosen = ({ name, ...at }: Slot, turn: Turn): unknown => {
  const values = POOL[name] ?? []
  return values[at[turn] % values.length]
}
const pick = (slots: readonly Slot[], turn: Turn, names?: readonly string[]): Values =>
  Object.fromEntries(
    slots.filter(({ name }) => !names || names.includes(name)).map(slot => [slot.name, chosen(slot, turn)])
  )
const changesOf = (slots: readonly Slot[], turn: Turn): Values =>
  Object.fromEntries(slots.map(slot => [slot.name, FORMS[slot.form]?.(chosen(slot, turn))]))
const testsOf = (slots: readonly Slot[], turn: Turn): Values =>
  Object.fromEntries(slots.map(slot => [slot.name, TESTS[slot.test]?.(chosen(slot, turn))]))

interface Case {
  readonly verb: keyof typeof VERBS
  readonly keys: readonly Slot[]
  readonly slots: readonly Slot[]
  readonly asks: readonly Slot[]
  readonly removed: readonly string[]
  readonly option: number
}

/** A builder as a program without types sees it. */
interface AnyBuilder {
  readonly [call: string]: (...args: readonly unknown[]) => AnyBuilder
}
interface AnyDb {
  readonly [verb: string]: (...args: readonly unknown[]) => AnyBuilder
}
const db = connect({ table: 'table' }) as unknown as AnyDb

const guarded = (builder: AnyBuilder | undefined, { asks }: Case, turn: Turn) =>
  asks.length === 0 ? builder : builder?.if?.(testsOf(asks, turn))
const keyOf = ({ keys, option }: Case, turn: Turn): Values => ({
  ...pick(keys, turn, ['id', 'n', 'kind']),
  ...(option % 3 === 0 && { version: option })
})
const itemOf = (one: Case, turn: Turn): Values => ({
  text: 'x',
  count: 1,
  ...pick(one.slots, turn),
  ...pick(one.keys, turn, ['id', 'n', 'kind'])
})
const updateOf = ({ Doc }: App, one: Case, turn: Turn) => changed(Doc, keyOf(one, turn), one, turn)
const plainUpdateOf = ({ Plain }: App, one: Case, turn: Turn) =>
  changed(Plain, pick(one.keys, turn, ['id', 'n']), one, turn)
const changed = (of: unknown, key: Values, one: Case, turn: Turn) => {
  const { option, slots, removed } = one
  let update = guarded(db.update?.(of, key).set?.(changesOf(slots, turn)), one, turn)
  if (removed.length > 0) update = update?.remove?.(...removed)
  if (option % 5 === 0) update = update?.upsert?.()
  return option % 7 === 0 ? update?.returning?.('new') : update
}
const pairOf = ({ Pair }: App, { keys, slots }: Case, turn: Turn) =>
  db.put?.(Pair, { ...pick(keys, turn, ['id', 'part']), ...pick(slots, turn, ['name', 'text', 'xs']) })
const queryOf = ({ Doc }: App, one: Case, turn: Turn) => {
  const { option, asks, keys } = one
  const where = option % 2 === 0 ? pick(keys, turn, ['id', 'n']) : pick(keys, turn, ['id'])
  const query = db.query?.(Doc).where?.(where)
  return asks.length === 0 ? query : query?.filter?.(testsOf(asks, turn))
}

const VERBS = {
  create: (app: App, one: Case, turn: Turn) => guarded(db.create?.(app.Doc, itemOf(one, turn)), one, turn),
  put: (app: App, one: Case, turn: Turn) => guarded(db.put?.(app.Doc, itemOf(one, turn)), one, turn),
  'put with a schema': pairOf,
  get: (app: App, one: Case, turn: Turn) => db.get?.(app.Doc, pick(one.keys, turn, ['id', 'n', 'kind'])),
  update: updateOf,
  'update without roles': plainUpdateOf,
  delete: (app: App, one: Case, turn: Turn) => guarded(db.delete?.(app.Doc, keyOf(one, turn)), one, turn),
  query: queryOf,
  'query of the index': (app: App, one: Case, turn: Turn) =>
    db
      .query?.(app.Doc)
      .where?.({ team: pick(one.slots, turn).team ?? 'red' })
      .onGsi1?.(),
  collection: (app: App, one: Case, turn: Turn) => db.query?.(app.Doc, app.Pair).where?.(pick(one.keys, turn, ['id'])),
  scan: (app: App, one: Case, turn: Turn) => db.scan?.(app.Doc).filter?.(testsOf(one.asks, turn)),
  transact: (app: App, one: Case, turn: Turn) =>
    db.transact?.(
      updateOf(app, one, turn),
      pairOf(app, one, turn),
      db.check?.(app.Doc, { id: 'check', n: 1, kind: 'a' }).if?.(testsOf(one.asks, turn))
    ),
  batchGet: (app: App, one: Case, turn: Turn) =>
    db.batchGet?.(
      db.get?.(app.Doc, pick(one.keys, turn, ['id', 'n', 'kind'])),
      db.get?.(app.Pair, { id: 'i', part: 'p' })
    ),
  batchWrite: (app: App, one: Case, turn: Turn) =>
    db.batchWrite?.(pairOf(app, one, turn), db.delete?.(app.Pair, { id: 'other', part: 'p' }))
}

const cases: fc.Arbitrary<Case> = fc.record({
  verb: fc.oneof(
    fc.constantFrom('update' as const, 'update without roles' as const),
    fc.constantFrom(...(Object.keys(VERBS) as (keyof typeof VERBS)[])) // its keys are the verbs
  ),
  keys: fc.tuple(...key.map(name => slotOf(fc.constant(name)).map(slot => ({ ...slot, two: slot.one })))),
  slots: fc.uniqueArray(slotOf(fc.constantFrom(...attributes)), { maxLength: 4, selector: ({ name }) => name }),
  asks: fc.oneof(
    fc.constant([]),
    fc.uniqueArray(slotOf(fc.constantFrom(...attributes)), { maxLength: 2, selector: ({ name }) => name })
  ),
  removed: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.constantFrom(['flag'], ['stock.pears', 'flag'], ['text'])
  ),
  option: fc.oneof(fc.constant(1), fc.nat(100))
})

/** A builder, or the error of making it. */
const built = (make: () => AnyBuilder | undefined): (() => AnyBuilder) => {
  try {
    const builder = make()
    assert.ok(builder, 'a verb is misspelt')
    return () => builder
  } catch (error) {
    return () => {
      throw error
    }
  }
}

/** What compile() gives or throws, whatever the time is. */
const outcome = (act: () => unknown): unknown => {
  try {
    const input = act()
    assert.type(input, 'object')
    const kept = timeless(structuredClone(input))
    spoil(input)
    return { input: kept }
  } catch (error) {
    const { name, message, code, data } = error as Error & { code?: unknown; data?: unknown }
    return { error: { name, message, code, data: timeless(structuredClone(data)) } }
  }
}

const timeless = (value: unknown): unknown => {
  if (typeof value === 'string')
    return /^20\d\d-[\d-]+T[\d:.]+Z$/.test(value) || /^[0-9a-f-]{36}$/.test(value) ? 'now' : value
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value
  if (Array.isArray(value)) return value.map(timeless)
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, timeless(inner)]))
}

/** Changes everything in an input that can be changed. Bytes are not copied once more, and so are the builder's own. */
const spoil = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  for (const name of Object.keys(value)) {
    spoil(Reflect.get(value, name))
    Reflect.set(value, name, 'spoilt')
  }
  Reflect.set(value, 'more', 'spoilt')
}

test('a builder gives what it gives the first time, whatever was built before', () => {
  let known = define()
  let tried = 0
  const count = { given: 0, refused: 0 }
  fc.assert(
    fc.property(cases, one => {
      const compiled = (app: App, turn: Turn) => {
        const builder = built(() => VERBS[one.verb](app, one, turn))
        const first = outcome(() => builder().compile?.())
        assert.equal(
          outcome(() => builder().compile?.()),
          first,
          `${one.verb}, from one builder`
        )
        return first
      }
      // A model keeps so many forms of updates: the others are as new.
      if (++tried % 30 === 0) known = define()
      compiled(known, 'one')
      const again = compiled(known, 'two') as { error?: unknown }
      const fresh = compiled(define(), 'two')
      assert.equal(again, fresh, one.verb)
      assert.is(JSON.stringify(again), JSON.stringify(fresh), `${one.verb}: in another order`)
      count[again.error === undefined ? 'given' : 'refused']++
    }),
    { numRuns: tries(1_000) }
  )
  assertTried(count.given > 200 && count.refused > 200, JSON.stringify(count))
})

const NUMBERS = ['count', 'weight', 'big', 'limit', 'version']
/** Mostly without what few updates have. */
const bare = cases.chain(one =>
  fc.record({
    ...{
      verb: fc.constant(one.verb),
      keys: fc.constant(one.keys),
      asks: fc.constant(one.asks),
      option: fc.constant(one.option)
    },
    removed: fc.constantFrom([], [], [], one.removed),
    slots: fc.tuple(
      ...one.slots.map(slot =>
        fc
          .constantFrom(...(NUMBERS.includes(slot.name) ? ['value', 'plus', 'minus'] : ['value', 'value', slot.form]))
          .map(form => ({ ...slot, form }))
      )
    )
  })
)

/** The placeholders in their order, which equal objects may have otherwise. */
const inOrder = (given: unknown): string => {
  const { input } = given as { input?: UpdateItemCommandInput }
  return JSON.stringify([input?.ExpressionAttributeNames, input?.ExpressionAttributeValues])
}

const isUsual = (plan: () => UpdatePlan): boolean => {
  try {
    return usualUpdate(plan()) !== undefined
  } catch {
    return false
  }
}

test('updates that share their expressions with others of their form are what every other is', () => {
  let app = define()
  const count = { shared: 0, all: 0 }
  fc.assert(
    fc.property(bare, fc.constantFrom(updateOf, plainUpdateOf), (one, make) => {
      if (++count.all % 30 === 0) app = define()
      for (const turn of ['one', 'two'] as const) {
        const builder = built(() => make(app, one, turn))
        const lockedPlan = () => {
          const plan = Update.plan(builder())
          if (plan === undefined) throw new Error('no update')
          const { guard, ...asked } = plan
          return { ...asked, guard: { ...guard, version: versionIn(asked.model, asked.key) } }
        }
        if (isUsual(lockedPlan)) count.shared++
        const slow = outcome(() => compileUpdate(lockedPlan()).input)
        const quick = outcome(() => builder().compile?.())
        assert.equal(quick, slow)
        assert.is(inOrder(quick), inOrder(slow))
        // Of two faults, both tell the same.
        const ofParam = () => ({ ...lockedPlan(), table: param('$table') })
        assert.equal(
          outcome(() => (usualUpdate(ofParam()) ?? compileUpdate(ofParam())).input),
          outcome(() => compileUpdate(ofParam()).input)
        )
      }
    }),
    { numRuns: tries(500) }
  )
  assertTried(count.shared > 25, JSON.stringify(count))
})

test.run()
