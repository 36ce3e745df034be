/** Rows as Lambda's events, exports, EventBridge Pipes and Step Functions have them. */
import { isDeepStrictEqual } from 'node:util'
import { runInNewContext } from 'node:vm'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { model, models, type RawItem, type RawValue, t, UndecodableItem } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { decodeRaw, isStoredItem, storedItem } from '../../lib/schema/raw.ts'
import { errorFrom } from '../support/errors.ts'
import { assertLinear } from '../support/growth.ts'
import { modelAndRow } from '../support/random-rows.ts'
import { assertMany, runs } from '../support/runs.ts'

/** As `@types/aws-lambda` types the values of a stream's images. */
interface EventValue {
  B?: string | undefined
  BS?: string[] | undefined
  BOOL?: boolean | undefined
  L?: EventValue[] | undefined
  M?: { [id: string]: EventValue } | undefined
  N?: string | undefined
  NS?: string[] | undefined
  NULL?: boolean | undefined
  S?: string | undefined
  SS?: string[] | undefined
}
interface EventRecord {
  dynamodb?: { NewImage?: { [key: string]: EventValue } | undefined } | undefined
}

const File = model('File')
  .pk('id')
  .sk('#kind')
  .fields({
    kind: t.literal('FILE'),
    data: t.binary(),
    parts: t.set(t.binary()).optional(),
    list: t.list(t.map({ of: t.binary() })).optional(),
    any: t.type<unknown>().optional(),
    json: t.json().optional(),
    open: t.boolean().optional(),
    tags: t.set(t.string()).optional(),
    sizes: t.set(t.int()).optional()
  })
const app = models({ File })
const keys = { PK: { S: 'I#1#File' }, SK: { S: 'FILE' }, id: { S: '1' }, kind: { S: 'FILE' } }
const hello = new Uint8Array(Buffer.from('Hello'))

test('bytes that are base64 text are bytes, at every depth', () => {
  const image: { [key: string]: EventValue } = {
    ...keys,
    data: { B: 'SGVsbG8=' },
    parts: { BS: ['SGVsbG8=', ''] },
    list: { L: [{ M: { of: { B: 'SGVsbG8=' } } }] },
    any: { M: { in: { L: [{ B: 'SGVsbG8=' }, { BS: ['SGVsbG8='] }, { S: 'SGVsbG8=' }] } } }
  }
  const record: EventRecord = JSON.parse(JSON.stringify({ dynamodb: { NewImage: image } }))
  assert.equal(app.read(record.dynamodb?.NewImage)?.item, {
    id: '1',
    kind: 'FILE',
    data: hello,
    parts: new Set([hello, new Uint8Array()]),
    list: [{ of: hello }],
    any: { in: [hello, new Set([hello]), 'SGVsbG8='] }
  })
})

test('rows as Step Functions spells them', () => {
  const row: RawItem = {
    ...keys,
    data: { B: 'SGVsbG8=' },
    open: { Bool: false },
    tags: { Ss: ['a'] },
    sizes: { Ns: ['1', '2'] },
    parts: { Bs: ['SGVsbG8='] },
    any: { M: { a: { Nul: true }, b: { Bool: true }, c: { NULL: true }, d: { BOOL: true } } },
    json: { Nul: true }
  }
  assert.equal(app.read(row)?.item, {
    id: '1',
    kind: 'FILE',
    data: hello,
    open: false,
    tags: new Set(['a']),
    sizes: new Set([1, 2]),
    parts: new Set([hello]),
    any: { a: null, b: true, c: null, d: true },
    json: null
  })
})

test('rows as the SDK types them, and as an event does, need no cast', () => {
  const sdk: Record<string, AttributeValue> = { ...keys, data: { B: hello } }
  const value: RawValue = {} as EventValue
  assert.ok(value)
  assert.equal(app.read(sdk)?.item.data, hello)
})

const wrong: [what: string, value: unknown, problem: RegExp][] = [
  ['base64 that is malformed', { B: 'SGVsbG8' }, /data: base64 text was expected, but there is "SGVsbG8"\.$/],
  ['base64 of another alphabet', { B: '_-8=' }, /data: base64 text was expected/],
  ['bytes that are no text', { B: [1, 2] }, /data: base64 text was expected, but there is a list/],
  ['a set with malformed base64', { BS: ['', '!'] }, /data\[1\]: base64 text was expected, but there is "!"/],
  ['no stored value', 'x', /data: a stored value was expected, but there is "x"/],
  ['null', null, /data: a stored value was expected, but there is null/],
  ['a value without a type', {}, /data: a stored value with the name of one type was expected, but it has none\.$/],
  ['a value of several types', { S: '', B: '' }, /with the name of one type was expected, but it has S and B\.$/],
  ['two names of one type', { Bs: [], BS: [] }, /with the name of one type was expected, but it has Bs and BS\.$/],
  ['a number that is no text', { N: 5 }, /data: a text was expected, but there is 5/],
  ['a list that is none', { L: {} }, /data: a list was expected/],
  ['a map that is none', { M: [] }, /data: a map was expected/],
  [
    'a map that is a Map',
    { M: new Map([['x', { S: '' }]]) },
    /data: a map was expected, but there is an object \(Map\)/
  ],
  ['a boolean that is none', { BOOL: 'true' }, /data: true or false was expected/]
]
for (const [what, data, problem] of wrong)
  test(`${what} is an error that names model, key and attribute`, async () => {
    const error = await errorFrom(() => app.read({ ...keys, data: data as RawValue }))
    assert.instance(error, UndecodableItem)
    assert.match(error.message, /^File: the item under PK "I#1#File", SK "FILE" does not fit: /)
    assert.match(error.message, problem)
  })

test('a Map in the place of a map is no empty map: neither in a known map, nor in a document or record', async () => {
  const Maps = model('Maps')
    .pk('id')
    .sk('#id')
    .fields({
      map: t.map({ x: t.int().optional() }),
      record: t.record(t.int()),
      json: t.json(),
      any: t.type<unknown>()
    })
  const row = { PK: { S: 'I#1#Maps' }, SK: { S: '1' }, id: { S: '1' } }
  const empty = { map: { M: {} }, record: { M: {} }, json: { M: {} }, any: { M: {} } }
  assert.equal(models({ Maps }).read({ ...row, ...empty })?.item, { id: '1', map: {}, record: {}, json: {}, any: {} })
  for (const M of [new Map([['x', { N: '1' }]]), new Set(), runInNewContext('new Map()'), Uint8Array.of(1)])
    for (const name of ['map', 'record', 'json', 'any']) {
      const odd = { ...row, ...empty, [name]: { M } }
      assert.instance(await errorFrom(() => models({ Maps }).read(odd)), UndecodableItem)
      assert.instance(await errorFrom(() => definitionIn(Maps).decode(odd)), UndecodableItem)
    }
})

test('a default that throws is not taken for null in an attribute beside it', () => {
  const fails = (): string => {
    throw new TypeError('of its own')
  }
  const Late = model('Late')
    .pk('id')
    .sk('#id')
    .fields({ late: t.string().default(fails) })
  const row = { PK: { S: 'I#1#Late' }, SK: { S: '1' }, id: { S: '1' }, other: null }
  assert.throws(() => models({ Late }).read(row as never), /^of its own$/)
})

test('a row that is to be made anew is looked at once before', () => {
  let looks = 0
  const tags = new Proxy(
    { SS: ['a'] },
    {
      ownKeys: of => {
        looks++
        return Reflect.ownKeys(of)
      }
    }
  )
  assert.ok(app.read({ tags, ...keys, data: { B: '' } })) // in the first attribute, so that each look finds it
  assert.is(looks, 2) // one look, and one to make it
})

test('values that are nested without end are an error', async () => {
  const endless: { L: RawValue[] } = { L: [] }
  endless.L.push(endless)
  const error = await errorFrom(() => app.read({ ...keys, data: { B: '' }, any: endless }))
  assert.match(error.message, /any(\[0\]){32}: is nested deeper than 32 levels\.$/)
})

test('what is no row, or no model’s, or an attribute that the model does not have, is passed over', () => {
  for (const row of [
    undefined,
    null,
    5,
    'x',
    [],
    {},
    { PK: null, SK: keys.SK },
    { PK: { S: 1 }, SK: keys.SK },
    Object.create(keys)
  ])
    assert.is(app.read(row as never), undefined)
  assert.is(app.read({ ...keys, PK: { S: 'other' } }), undefined)
  assert.ok(app.read({ ...keys, data: { B: '' }, other: { B: '!' } }))
})

/** As JSON has it, with Step Functions' names for some types. */
const respelled = (value: AttributeValue, isPascal: boolean): unknown => {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const name = (type: string) =>
    !isPascal ? type : type === 'NULL' ? 'Nul' : type.charAt(0) + type.slice(1).toLowerCase()
  const [[type, inner] = ['S', '']] = Object.entries(value) as [string, never][]
  if (value.B) return { B: base64(value.B) }
  if (value.BS) return { [name('BS')]: value.BS.map(base64) }
  if (value.L) return { L: value.L.map(element => respelled(element, isPascal)) }
  if (value.M) return { M: respelledRow(value.M, isPascal) }
  return { [name(type)]: inner }
}
const respelledRow = (row: Readonly<Record<string, AttributeValue>>, isPascal: boolean): RawItem =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, respelled(value, isPascal) as RawValue]))

test('a row is read as the same item, or is the same error, however it is spelled', () => {
  const outcome = (read: () => unknown): unknown => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof UndecodableItem)) throw error
      return error.message
    }
  }
  fc.assert(
    fc.property(modelAndRow, fc.boolean(), ({ definition, row }, isPascal) => {
      const expected = outcome(() => definition.decode(row))
      assert.equal(
        outcome(() => decodeRaw(definition, row)),
        expected
      )
      const json: RawItem = JSON.parse(JSON.stringify(respelledRow(row, isPascal)))
      assert.equal(
        outcome(() => decodeRaw(definition, json)),
        expected
      )
    }),
    { numRuns: runs(1_000) }
  )
})

test('a row is taken as it is just where making it anew would give the same', () => {
  const text = fc.constantFrom('x', '5', '')
  const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 2 })
  const odd = fc.constantFrom<unknown>(undefined, null, 5, 'x', [], {}, false, hello, [undefined], new Array(1))
  const { value } = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.oneof(
        fc.record({ S: text }),
        fc.record({ N: text }),
        fc.record({ BOOL: fc.boolean() }),
        fc.record({ B: fc.constantFrom(hello, 'SGVsbG8=') }),
        fc.record({ NULL: fc.boolean() })
      ),
      fc.record({ L: list(tie('value')) }),
      fc.record({ M: fc.dictionary(text, tie('value'), { maxKeys: 2 }) }),
      fc.record({ SS: list(text), NS: list(text) }, { requiredKeys: [] }),
      fc.dictionary(fc.constantFrom('S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'Nul', 'x'), odd, { maxKeys: 2 }),
      fc.dictionary(fc.constantFrom('S', 'N'), text, { maxKeys: 1 }).map(inherited => Object.create(inherited)),
      odd
    )
  }))
  const counts = { asItIs: 0, made: 0, refused: 0 }
  fc.assert(
    fc.property(value, of => {
      const row = { of } as RawItem
      let made: unknown
      try {
        made = storedItem(row, new Set(['of']))
      } catch {
        assert.not(isStoredItem(row))
        counts.refused++
        return
      }
      if (isStoredItem(row)) assert.ok(isDeepStrictEqual(structuredClone(made), structuredClone(row))) // whatever the prototypes
      counts[isStoredItem(row) ? 'asItIs' : 'made']++
    }),
    { numRuns: runs(3_000) }
  )
  assertMany(
    Object.values(counts).every(count => count > 50),
    JSON.stringify(counts)
  )
})

test('bytes of another realm are bytes', () => {
  const bytes: Uint8Array = runInNewContext('new Uint8Array([72, 101, 108, 108, 111])')
  const row = { ...keys, data: { B: bytes }, parts: { BS: [bytes] } }
  const read = app.read(row)?.item
  assert.equal(Buffer.from(read?.data ?? []), Buffer.from(hello))
  assert.is(read?.parts?.size, 1)
})

test('a map may have a member that is called __proto__', () => {
  const Bag = model('Bag').pk('id').fields({ any: t.type<unknown>() }).sk('#id')
  const row: unknown = JSON.parse(
    '{"PK":{"S":"I#a#Bag"},"SK":{"S":"a"},"id":{"S":"a"},"any":{"M":{"__proto__":{"S":"x"},"y":{"S":"z"}}}}'
  )
  const { any } = models({ Bag }).read(row as never)?.item ?? {}
  assert.is(JSON.stringify(any), '{"__proto__":"x","y":"z"}')
})

test('a member that is undefined is none: its value is in the key all the same', () => {
  const row = { ...keys, data: { B: hello }, id: undefined, tags: undefined, any: { S: 'x', N: undefined } }
  assert.equal(app.read(row as never)?.item, { id: '1', kind: 'FILE', data: hello, any: 'x' })
})

test('a large map of an event is read in a time that grows with it, whatever of it is to be made', () => {
  for (const value of [{ B: '' }, { Bool: true }, { S: '', N: undefined }] as RawValue[])
    assertLinear(members => {
      const M = Object.fromEntries(Array.from({ length: members }, (_, i) => [`m${i}`, value]))
      assert.ok(app.read({ ...keys, data: { B: '' }, any: { M } }))
    }, 1_000)
})

test('members that a stored value only inherits are none of it', () => {
  const Note = model('Note').pk('id').sk('N#n').fields({ text: t.string() })
  const inherited: RawValue = Object.create({ N: '1' })
  const row = { PK: { S: 'I#a#Note' }, SK: { S: 'N#b' }, id: { S: 'a' }, n: { S: 'b' } }
  const app = models({ Note })
  assert.equal(app.read({ ...row, text: Object.assign(inherited, { S: 'x' }) })?.item.text, 'x')
  assert.throws(() => app.read({ ...row, text: Object.create({ S: 'x' }) as RawValue }), /text/)
})

test.run()
