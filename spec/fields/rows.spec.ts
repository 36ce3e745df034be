/** Whatever stands in a row: a read of it is refused, or gives an item that can be put back, and is read again as it was. */
import fc from 'fast-check'
import { InvalidItem, model, t, UndecodableItem } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generatedDecoder, inOrder, loopedDecoder } from '../../lib/fields/decoder.ts'
import { Misfit } from '../../lib/fields/report.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import type { AnyModel } from '../../lib/schema/shape.ts'
import { modelAndRow } from '../support/random-rows.ts'
import { assertMany, runs } from '../support/runs.ts'

/** Reads go further than writes: numbers that plus() made, and lists and sets in the place of each other. */
const FURTHER = /must be an integer of at most|must not be empty: DynamoDB has no empty sets|must hold different/

test('what is read of any row can be put back, and is read again as it was', () => {
  const counts = { refused: 0, further: 0, equal: 0 }
  fc.assert(
    fc.property(modelAndRow, ({ definition, row }) => {
      let item: unknown
      try {
        item = definition.decode(row)
      } catch (error) {
        if (!(error instanceof UndecodableItem)) throw error
        counts.refused++
        return
      }
      let stored: typeof row
      try {
        stored = definition.encode(item)
      } catch (error) {
        if (!(error instanceof InvalidItem)) throw error
        for (const { path, message } of error.data.issues) assert.match(message, FURTHER, path.join('.'))
        counts.further++
        return
      }
      assert.equal(definition.decode(stored), item)
      counts.equal++
    }),
    { numRuns: runs(2_000) }
  )
  assertMany(counts.equal > runs(2_000) / 4 && counts.refused > 0, JSON.stringify(counts))
})

test('what stands in the place of a stored text, number, list or map is not read as one', () => {
  const fields = {
    text: t.string(),
    number: t.number(),
    bigint: t.bigint(),
    boolean: t.boolean(),
    bytes: t.binary(),
    date: t.date(),
    day: t.day(),
    epoch: t.epoch(),
    choice: t.oneOf('a', 'b'),
    list: t.list(t.string()),
    map: t.map({ of: t.string().optional() }),
    record: t.record(t.string()),
    set: t.set(t.string()),
    bytesSet: t.set(t.binary()),
    json: t.json(),
    any: t.type<unknown>()
  }
  const contents: unknown[] = [
    5,
    0,
    true,
    false,
    '',
    'a',
    '1',
    5n,
    null,
    {},
    [],
    [5],
    ['a'],
    new Date(0),
    Symbol.iterator
  ]
  const isText = (value: unknown) => typeof value === 'string'
  const fits: Readonly<Record<string, (content: unknown) => boolean>> = {
    S: isText,
    N: isText,
    BOOL: content => typeof content === 'boolean',
    B: content => content instanceof Uint8Array,
    L: content => Array.isArray(content) && content.length === 0,
    M: content =>
      typeof content === 'object' && content !== null && Object.keys(content).length === 0 && !Array.isArray(content),
    SS: content => Array.isArray(content) && content.every(isText),
    NS: content => Array.isArray(content) && content.every(isText),
    BS: content => Array.isArray(content) && content.length === 0
  }
  for (const [name, of] of Object.entries(fields)) {
    const shape: unknown = model('M').pk('id').sk('#id').fields({ of: of.optional() })
    const definition = definitionIn(shape as AnyModel)
    const row = { PK: { S: 'I#1#M' }, SK: { S: '1' }, id: { S: '1' } }
    assert.equal(definition.decode(row), { id: '1' })
    for (const [type, isFine] of Object.entries(fits))
      for (const content of contents.filter(content => !isFine(content))) {
        assert.throws(
          () => definition.decode({ ...row, of: { [type]: content } } as never),
          undefined,
          `${name} of ${type}: ${String(content)}`
        )
      }
  }
})

test('generated code and the loop read every row of every model alike', () => {
  const outcome = (decode: () => Record<string, unknown>): unknown => {
    try {
      return Object.entries(decode())
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      return [error.problem, error.path]
    }
  }
  fc.assert(
    fc.property(modelAndRow, ({ definition, row }) => {
      const entries = inOrder(definition.attributes.entries)
      const [fast, slow] = [generatedDecoder(entries), outcome(() => loopedDecoder(entries, row))]
      assert.equal(
        outcome(() => fast(row)),
        slow
      )
      assert.equal(
        outcome(() => fast(row)),
        slow,
        'a second time'
      )
    }),
    { numRuns: runs(1_000) }
  )
})

test.run()
