import fc from 'fast-check'
import {
  type AnyModel,
  type ItemOf,
  isKeystormError,
  KeyCollision,
  layout,
  model,
  models,
  number,
  type Tagged,
  t,
  text
} from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { assertTried, tries } from '../support/runs.ts'
import { type Equal, isType } from '../support/types.ts'

const User = model('User').pk('tenant').suffix('App').sk('PROFILE#user').fields({ admin: t.boolean() })
const Order = model('Order').pk('tenant').suffix('App').sk('O#order').fields({ total: t.number() })
const app = models({ User, Order })

test('read says whose an item is and decodes it, as a tagged union', () => {
  isType<
    Equal<
      Tagged<typeof app.models>,
      { model: 'User'; item: ItemOf<typeof User> } | { model: 'Order'; item: ItemOf<typeof Order> }
    >
  >()
  const stored = definitionIn(User).encode({ tenant: 't#1', user: 'u', admin: true })
  const read = app.read(stored)
  assert.equal(read, { model: 'User', item: { tenant: 't#1', user: 'u', admin: true } })
  assert.is(read?.model === 'User' && read.item.admin, true)
})

test('read answers undefined for what is nobody’s', () => {
  assert.is(app.read({ PK: { S: 'T#t#App' }, SK: { S: 'X#1' } }), undefined)
  assert.is(app.read({ PK: { S: 'T#t#Other' }, SK: { S: 'O#1' } }), undefined)
  assert.is(app.read({ PK: { N: '1' }, SK: { S: 'O#1' } }), undefined)
  assert.is(app.read({}), undefined)
})

test('read throws for an item that does not fit its model, and names model, key and attribute', async () => {
  const item = {
    PK: { S: 'T#t#App' },
    SK: { S: 'O#1' },
    tenant: { S: 't' },
    order: { S: '1' },
    total: { B: new Uint8Array() }
  }
  const error = await errorFrom(() => app.read(item))
  assert.is(
    error.message,
    'Order: the item under PK "T#t#App", SK "O#1" does not fit: total: a number was expected, but the stored value is { B: bytes "" }.'
  )
  assert.ok(isKeystormError(error) && error.code === 'UndecodableItem')
  assert.equal(error.data, { model: 'Order', key: { PK: 'T#t#App', SK: 'O#1' }, path: ['total'] })
})

test('two models with the same templates collide, at compile time and at run time', async () => {
  const Twin = model('Twin').pk('T#owner').suffix('App').sk('O#number')
  // @ts-expect-error "Order and Twin could claim the same item: their keys have the same template"
  const error = await errorFrom(() => models({ Order, Twin, User }))
  assert.instance(error, KeyCollision)
  assert.is(
    error.message,
    'Order and Twin could claim the same item: Order is stored under PK T#<tenant>#App, SK O#<order>, Twin under ' +
      'PK T#<owner>#App, SK O#<number>. Give one of them another suffix or another identifier.'
  )
})

test('a collision of keys that are attributes themselves advises what can be followed', async () => {
  const devices = layout({ pk: 'device', sk: number('at') })
  const Reading = devices.model('Reading').pk('device').sk('at').fields({ at: t.int() })
  const Alarm = devices.model('Alarm').pk(text('ALARM#{id}')).sk('at').fields({ at: t.int() })
  const Log = devices.model('Log').pk('device').sk('at').fields({ at: t.int() })
  const said = async (act: () => unknown) => (await errorFrom(act)).message.split('. ')[1] ?? ''
  const byText =
    "make device of an attribute with another name, as text('{id}') where the other's key holds a delimiter, else with fixed text; or, if it has few texts, declare them, as t.oneOf(); or "
  const byType = "have rows name their models, by layout({ type: '…' })."
  for (const collide of [() => models({ Reading, Alarm }), () => models({ Reading, Log })])
    assert.is(await said(collide), `A key that is an attribute itself may be any: ${byText}${byType}`)
  // What tells them apart is the key that one makes of text, and not the first that both have as it is.
  const catalog = layout({ pk: 'identifier', sk: 'namespace', delimiters: '.' })
  const Namespace = catalog.model('Namespace').pk(text('NAMESPACE')).sk('namespace')
  const Table = catalog.model('Table').pk('identifier').sk('namespace')
  assert.match(await said(() => models({ Namespace, Table })), 'make identifier of an attribute with another name')
  assert.ok(models({ Namespace, Table: catalog.model('Table').pk(text('{namespace}.{table}')).sk('namespace') }))
  const Plain = devices.model('Plain').pk(text('{id}')).sk('at').fields({ at: t.int() })
  const Fixed = devices.model('Fixed').pk(text('LOG#{id}')).sk('at').fields({ at: t.int() })
  assert.ok(models({ Plain, Alarm, Fixed }))
  const typed = layout({ pk: 'device', sk: number('at'), type: '_type' })
  const One = typed.model('One').pk('device').sk('at').fields({ at: t.int() })
  assert.ok(models({ One, Two: typed.model('Two').pk('device').sk('at').fields({ at: t.int() }) }))

  const counters = layout({ pk: number('id') })
  const A = counters.model('A').pk('id').fields({ id: t.int() })
  const B = counters.model('B').pk('id').fields({ id: t.int() })
  assert.is(await said(() => models({ A, B })), `A key that is an attribute itself may be any: ${byType}`)

  // Texts of a layout have no suffix and no identifier.
  const parts = layout({ pk: 'pk', sk: 'sk' })
  const Part = parts.model('Part').pk(text('PART#{part}')).sk(text('PART#{part}'))
  const Use = parts.model('Use').pk(text('PART#{part}')).sk(text('PART#{child}'))
  assert.is(await said(() => models({ Part, Use })), `Give one of them another text in its keys, or ${byType}`)
})

test('a bare value can be any identifier or suffix, and that is a collision', async () => {
  const Bare = model('Bare').pk('tenant').suffix('').sk('#a', '#b')
  const Fixed = model('Fixed').pk('tenant').suffix('').sk('X#y')
  // @ts-expect-error "Bare and Fixed could claim the same item …"
  assert.instance(await errorFrom(() => models({ Bare, Fixed })), KeyCollision)
})

test('literals and choices keep models apart', () => {
  const Meta = model('Meta')
    .pk('tenant')
    .suffix('')
    .sk('#kind')
    .fields({ kind: t.literal('META') })
  const Size = model('Size')
    .pk('tenant')
    .suffix('')
    .sk('#size')
    .fields({ size: t.oneOf('S', 'M') })
  assert.equal(models({ Meta, Size }).read(definitionIn(Size).encode({ tenant: 't', size: 'S' })), {
    model: 'Size',
    item: { tenant: 't', size: 'S' }
  })
})

test('what types cannot tell is decided at run time: a number is never a word, but is a string', async () => {
  const Page = model('Page').pk('book').suffix('').sk('#page').fields({ page: t.int() })
  const Cover = model('Cover')
    .pk('book')
    .suffix('')
    .sk('#side')
    .fields({ side: t.literal('front') })
  const Note = model('Note').pk('book').suffix('').sk('#text')
  models({ Page, Cover })
  assert.instance(await errorFrom(() => models({ Page, Note })), KeyCollision)
  const Short = model('Short')
    .pk('book')
    .suffix('')
    .sk('#page')
    .fields({ page: t.int({ digits: 4 }) })
  const Day = model('Day').pk('book').suffix('').sk('#day').fields({ day: t.date() })
  models({ Page, Short, Day })
})

test('raw keys collide where a value could spell the other’s fixed text', async () => {
  const Raw = model('Raw').pk('tenant').suffix('App').rawKeys().sk('O#order')
  const Line = model('Line').pk('tenant').suffix('App').sk('O#order', 'L#line')
  assert.instance(await errorFrom(() => models({ Raw, Line })), KeyCollision)
  models({ Raw, User })
})

test('each model stands under its own name', async () => {
  // @ts-expect-error "the model User must stand under its own name, not under Person"
  const error = await errorFrom(() => models({ Person: User }))
  assert.match(error.message, /User: models\(\) has it under the name Person/)
})

const part = fc.constantFrom('#a', '#b', 'A#a', 'B#b', 'S#a')
const fields = fc.constantFrom(
  {},
  { a: t.int() },
  { a: t.oneOf('A', 'S') },
  { a: t.literal('B'), b: t.boolean() },
  { b: t.int({ digits: 2 }) }
)
const blueprint = fc.record({
  pk: fc.uniqueArray(part, { minLength: 1, maxLength: 2, selector: name => name.slice(-1) }),
  sk: fc.uniqueArray(part, { minLength: 1, maxLength: 2, selector: name => name.slice(-1) }),
  suffix: fc.constantFrom('', 'A', 'S'),
  fields,
  raw: fc.boolean()
})

const build = (
  name: string,
  { pk, sk, suffix, fields, raw }: typeof blueprint extends fc.Arbitrary<infer B> ? B : never
) => {
  const begun = model(name)
  return (raw ? begun.rawKeys() : begun)
    .fields(fields)
    .pk(...pk)
    .sk(...sk)
    .suffix(suffix)
}

/** Values of every kind that could spell another model's fixed text. */
const valuesOf = (kind: object): unknown[] => {
  const values: unknown[] = ['A', 'B', 'S', 'x', '#', 'A#x', 'true', '12', '0000000000000012', true, 12]
  return values.filter(
    value => 'codec' in kind && (kind.codec as { encode(v: unknown): unknown }).encode(value) !== undefined
  )
}

test('no key of one model of a set is claimed by another', () => {
  let sets = 0
  let collisions = 0
  fc.assert(
    fc.property(blueprint, blueprint, (first, second) => {
      const One: AnyModel = build('One', first)
      const Two: AnyModel = build('Two', second)
      let isSet = true
      try {
        models({ One, Two })
      } catch (error) {
        if (!(error instanceof KeyCollision)) throw error
        isSet = false
      }
      const kinds = { a: t.string(), b: t.string(), ...first.fields }
      const common = valuesOf(kinds.a).some(a =>
        valuesOf(kinds.b).some(b => definitionIn(Two).claims(definitionIn(One).key({ a, b })))
      )
      if (isSet) {
        sets++
        assert.not.ok(common)
      } else if (common) collisions++
    }),
    { numRuns: tries(3_000) }
  )
  assertTried(sets > 1_000 && collisions > 20, `${sets} sets and ${collisions} collisions were tried`)
})

test.run()
