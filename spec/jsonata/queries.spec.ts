import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type AnyModel,
  beginsWith,
  between,
  connect,
  type Explanation,
  gt,
  gte,
  InvalidRequest,
  lt,
  lte,
  model,
  size,
  t
} from '../../lib/index.ts'
import { param, type Sendable, type State, toJsonata, toState } from '../../lib/jsonata/index.ts'
import { isoDate, keyString, safeInteger } from '../support/arbitrary.ts'
import { assertMany, runs } from '../support/runs.ts'
import { assertValidStates } from './asl.ts'
import { evaluated } from './evaluate.ts'
import { asJson, type Builder, checkSame, givenAs } from './given.ts'

const db = connect({ table: 'app' })

/** A query as data can call it: its methods are typed by the model's parts, which nobody knows at compile time. */
interface GeneralQuery extends Builder, Sendable {
  where(values: Readonly<Record<string, unknown>>): GeneralQuery
  onGsi1(): GeneralQuery
  explain(): Explanation
}
const queryOf = (model: AnyModel) => db.query(model) as unknown as GeneralQuery

const fields = {
  text: [t.string(), fc.oneof(keyString, fc.string({ minLength: 1, maxLength: 3 }))],
  number: [t.int({ digits: 4 }), fc.integer({ min: -9999, max: 9999 })],
  long: [t.int(), safeInteger],
  date: [t.date(), isoDate],
  choice: [t.oneOf('S', 'M', '$', '#'), fc.constantFrom('S', 'M', '$', '#')]
} as const
type Kind = keyof typeof fields

const models = (['text', 'number', 'long', 'date', 'choice'] as const).flatMap((kind: Kind) =>
  [true, false].flatMap(isLast =>
    [true, false].map(raw => {
      const parts = isLast ? (['#first', 'X#value'] as const) : (['X#value', 'other'] as const)
      const start = raw ? model('Ranged').rawKeys() : model('Ranged')
      return {
        kind,
        isLast,
        raw,
        model: start
          .pk('tenant')
          .gsi1('farm')
          .sk(...parts)
          .fields({ value: fields[kind][0] }) as unknown as AnyModel
      }
    })
  )
)

const ranges: Readonly<Record<string, (low: unknown, high: unknown) => unknown>> = {
  value: low => low,
  lt: low => lt(low),
  lte: low => lte(low),
  gt: low => gt(low),
  gte: low => gte(low),
  between: (low, high) => between(low, high),
  beginsWith: low => beginsWith(low)
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === 'string' ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : Number(a) - Number(b)

const anyQuery = fc.constantFrom(...models).chain(sample =>
  fc.record({
    sample: fc.constant(sample),
    values: fc
      .tuple<[unknown, unknown]>(fields[sample.kind][1], fields[sample.kind][1])
      .map(pair => pair.sort(compare)),
    range: fc
      .constantFrom(...Object.keys(ranges))
      .filter(kind => kind !== 'beginsWith' || ['text', 'choice'].includes(sample.kind)),
    tenant: keyString,
    onIndex: fc.boolean()
  })
)

const counts = { same: 0, refused: 0, failed: 0 }
const tries = runs(1_000)
const states: State[] = []

test('a range of params is the range of values, or cannot be asked', async () => {
  await fc.assert(
    fc.asyncProperty(anyQuery, async ({ sample, values, range, tenant, onIndex }) => {
      const { model, kind, isLast } = sample
      const [low, high] = values
      const build = (tenant: unknown, low: unknown, high: unknown): GeneralQuery => {
        const partition = onIndex ? { farm: tenant } : { tenant }
        const query = queryOf(model).where({
          ...partition,
          ...(isLast && { first: 'f' }),
          value: ranges[range]?.(low, high)
        })
        return onIndex ? query.onGsi1() : query
      }
      const known = build(tenant, low, high)
      const isWide = known.explain().warnings.some(warning => warning.startsWith('the bounds are wider'))
      const open = build(param('$states.input.tenant'), param('$states.input.low'), param('$states.input.high'))
      const given = { tenant, low: givenAs(low), high: givenAs(high) }
      const isText = kind === 'text' || kind === 'choice'
      if (isText && (isLast ? range === 'lt' : range === 'gt' || range === 'lte' || range === 'between')) {
        // Whatever the value: what is before or behind it in the table need not be less or more.
        assert.throws(
          () => toJsonata(open),
          (error: unknown) => error instanceof InvalidRequest
        )
        counts.refused++
        return
      }
      states.push(toState(open, { end: true }))
      if (isWide) {
        await evaluated(toJsonata(open), given).then(
          () => assert.unreachable('a range that needs values to be checked was asked'),
          () => counts.failed++
        )
        return
      }
      await checkSame(open, known, given)
      counts.same++
    }),
    { numRuns: tries, includeErrorInReport: true }
  )
  assertMany(
    counts.same > tries / 4 && counts.failed > tries / 50 && counts.refused > tries / 50,
    JSON.stringify(counts)
  )
})

test('and its states are ones that the Amazon States Language knows', () => {
  while (states.length > 0) assertValidStates(states.splice(0, 500))
})

const Note = model('Note')
  .pk('tenant')
  .sk('#day', 'title')
  .gsi1('author')
  .fields({ day: t.date(), stars: t.int(), tags: t.set(t.string()).optional(), text: t.string().optional() })

test('filters, projections, order and a start', async () => {
  const at = new Date('2026-01-01')
  const p = <T = string>(name: string) => param<T>(`$states.input.${name}`) as NoInfer<T>
  const notes = (tenant: string, day: Date, stars: number, part: string, count: number) =>
    db
      .query(Note)
      .where({ tenant, day: gte(day) })
      .filter({ stars: between(1, stars), tags: size(gt(count)) })
      .filter({ text: beginsWith(part) })
      .only('title', 'stars')
      .reverse()
      .pageSize(7)
      .startingAfter({ tenant, day, title: part })
  await checkSame(
    notes(p('tenant'), p<Date>('day'), p<number>('stars'), p('part'), p<number>('count')),
    notes('t#', at, 5, "it's {% a %} #", 2),
    { tenant: 't#', day: at, stars: 5, part: "it's {% a %} #", count: 2 }
  )
  await checkSame(
    db
      .query(Note)
      .where({ author: p<string>('author') })
      .onGsi1()
      .limit(3),
    db.query(Note).where({ author: 'a' }).onGsi1().limit(3),
    { author: 'a' }
  )
  await checkSame(
    db
      .query(Note)
      .where({ tenant: p<string>('tenant') })
      .consistent(),
    db.query(Note).where({ tenant: 'a' }).consistent(),
    { tenant: 'a' }
  )
})

test('nothing is read of a partition or a start that is not given', async () => {
  const Text = model('Text').pk('tenant').sk('#title')
  const open = db
    .query(Text)
    .where({ tenant: param<string>('$states.input.tenant'), title: beginsWith(param('$states.input.start')) })
  assert.equal(await evaluated(toJsonata(open), { tenant: 't', start: '' }), {
    ...(asJson(db.query(Text).where({ tenant: 't' }).compile()) as object),
    KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'T#t#Text' }, ':sk': { S: '' } }
  })
  for (const given of [{ tenant: 't' }, { start: 's' }, { tenant: '', start: 's' }, { tenant: 't', start: null }])
    await evaluated(toJsonata(open), given).then(
      () => assert.unreachable(JSON.stringify(given)),
      () => {}
    )
})

test.run()
