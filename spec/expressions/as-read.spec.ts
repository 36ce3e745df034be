/** Where DynamoDB would say something else of a row than its read, the condition says what the read does; else it stays as it is. */
import { attr, between, connect, eq, exists, gt, gte, lt, missing, model, ne, oneOf, t } from 'keystorm'
import { param, toJsonata } from 'keystorm/jsonata'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { idleClient } from '../support/idle.ts'

const db = connect({ table: 'table', client: idleClient().client })
const Task = model('Task')
  .pk('id')
  .sk('rev')
  .fields({
    name: t.string(),
    nick: t.string().optional(),
    open: t.boolean().default(true),
    tries: t.int().default(0),
    until: t.epoch().optional(),
    limits: t.map({ max: t.int().default(5), min: t.int().optional() }).optional()
  })
type Condition = Parameters<ReturnType<typeof db.delete<typeof Task>>['if']>[0]
const key = { id: 'i', rev: 'r' }

interface Expressions {
  readonly ConditionExpression?: string | undefined
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Record<string, object> | undefined
}

/** With names and values in the place of their placeholders. */
const text = ({
  ConditionExpression = '',
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {}
}: Expressions) =>
  ConditionExpression.replace(/#\d+/g, name => names[name] ?? name).replace(/:\d+/g, value => {
    const [type, content] = Object.entries(values[value] ?? {})[0] ?? []
    return type === 'NULL' ? 'NULL' : String(content)
  })
const inUpdate = (condition: Condition) => text(db.update(Task, key).set({ name: 'x' }).if(condition).compile())
const inDelete = (condition: Condition) => text(db.delete(Task, key).if(condition).compile())

const texts: [condition: Condition, expected: string][] = [
  [{ name: 'a' }, 'name = a'],
  [{ nick: gt('a') }, 'nick > a'],
  [{ nick: ne('a') }, 'nick <> a'],
  [{ nick: exists() }, '(nick <> NULL) AND (attribute_exists(nick))'],
  [{ tries: lt(3) }, '(attribute_not_exists(tries)) OR (tries = NULL) OR (tries < 3)'],
  [{ tries: gt(3) }, 'tries > 3'],
  [{ open: ne(true) }, '(attribute_exists(open)) AND (open <> NULL) AND (open <> true)'],
  [{ open: missing() }, 'attribute_exists(open) AND attribute_not_exists(open)'],
  [
    { limits: { max: gt(3) } },
    '(attribute_exists(limits)) AND (limits <> NULL) AND ((attribute_not_exists(limits.max)) OR (limits.max = NULL) OR (limits.max > 3))'
  ],
  [{ limits: { max: 3 } }, 'limits.max = 3'],
  [{ until: gte(new Date(1_500)) }, 'until >= 1.5'],
  [{ until: oneOf(new Date(1_500), new Date(2_000)) }, 'until IN (1.5, 2)'],
  [{ nick: eq(attr('name')) }, 'nick = name']
]
for (const [condition, expected] of texts)
  test(`as text: ${expected}`, () => assert.is(inUpdate(condition), `attribute_exists(PK) AND (${expected})`))

test('an item that is not there has no defaults', () => {
  assert.is(inDelete({ tries: lt(3) }), `attribute_exists(PK) AND (${texts[4]?.[1]})`)
  assert.is(inDelete({ open: ne(true) }), `attribute_not_exists(PK) OR (${texts[6]?.[1]})`)
  assert.is(inDelete({ tries: gt(3) }), 'tries > 3')
  assert.is(inDelete({ open: missing() }).startsWith('attribute_not_exists(PK) OR ('), true)
})

test('NULL, by default or as it is given, has no order: DynamoDB refuses to be asked for it', () => {
  const Span = model('Span')
    .pk('id')
    .sk('rev')
    .fields({ low: t.string().nullable(), high: t.string().nullable().default(null) })
  const condition = (given: object) =>
    text(
      db
        .delete(Span, key)
        .if(given as { low: string })
        .compile()
    )
  assert.is(condition({ low: lt(attr('high')) }), 'low < high')
  assert.is(condition({ high: gt(attr('low')) }), 'high > low')
  assert.is(condition({ low: between('a', attr('high')) }), '(low >= a) AND (low <= high)')
})

test('what always holds of a row is no filter', () => {
  const { FilterExpression } = db.query(Task).where({ id: 'i' }).filter({ open: exists() }).compile()
  assert.is(FilterExpression, undefined)
})

test('a state machine compares the default with what its param is', () => {
  const state = toJsonata(
    db
      .update(Task, key)
      .set({ name: 'x' })
      .if({ tries: lt(param<number>('$states.input.max')) })
  )
  const { ConditionExpression } = state as { ConditionExpression: string }
  const [, guard] = /^attribute_exists\(PK\) AND \((.*)\)$/.exec(ConditionExpression) ?? []
  assert.match(
    guard ?? '',
    /^\(\(\(attribute_not_exists\(#\d\)\) OR \(#\d = :\d\)\) AND \(:\d < :\d\)\) OR \(#\d < :\d\)$/
  )
})

test.run()
