import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { emptiableCodec, integerCodec, type KeyCodec, stringCodec } from '../../lib/keys/codec.ts'
import { escapingFor, HASH } from '../../lib/keys/escaping.ts'
import { Param } from '../../lib/keys/param.ts'
import type { Values } from '../../lib/keys/source.ts'
import { Template, type TemplateOptions } from '../../lib/keys/template.ts'
import { runs } from '../support/runs.ts'

const NAMES = ['a', 'b c', 'constructor', '"\\\n'] as const
const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('#', '%', '|', 'a', '2', '3', 'é', '\u{1f34e}', '\ud800'), maxLength: 5 }),
  fc.constant('x'.repeat(700))
)
const slot = (attribute: string): fc.Arbitrary<TemplateOptions['slots'][number]> => {
  const codec = fc.constantFrom<KeyCodec>(...Array(8).fill(stringCodec), emptiableCodec, integerCodec(4))
  const constant = fc.constantFrom(...Array<undefined>(8).fill(undefined), 'only')
  return fc
    .record({ head: fc.constantFrom('', 'A#', '#B#', '"`\\', '\n|'), codec, constant })
    .map(({ head, codec, constant }) => ({
      attribute,
      head,
      codec,
      constant: codec === stringCodec ? constant : undefined
    }))
}
const options: fc.Arbitrary<TemplateOptions> = fc.record({
  model: fc.constant('Fruit'),
  name: fc.constant('PK'),
  limit: fc.constantFrom(40, 1024, 2048),
  slots: fc.shuffledSubarray([...NAMES]).chain(names => fc.tuple(...names.map(slot))),
  tail: fc.constantFrom('', '#Fruit', '"', '\u2028'),
  escaping: fc.constantFrom(HASH, escapingFor('|"'), undefined)
})
const value = fc.oneof(
  { weight: 6, arbitrary: texts },
  fc.constantFrom(undefined, null, 7, 7n, true, [], {}, new Param('$x', false), new String('a'))
)
const values: fc.Arbitrary<Values> = fc
  .array(fc.tuple(fc.constantFrom(...NAMES, 'other'), value), { maxLength: 7 })
  .map(entries => Object.assign(Object.create({ constructor: 'inherited' }), Object.fromEntries(entries)))

test('generated code renders a key as the loop does, or leaves it to the loop', () => {
  let rendered = 0
  fc.assert(
    fc.property(options, values, fc.constantFrom(undefined, ...NAMES), (of, given, end) => {
      const outcomes = (template: Template) =>
        [
          () => template.render(given),
          () => template.stored(given),
          () => template.begin(given, end),
          () => template.prefix(given, end)
        ].map(ask => {
          try {
            return ask()
          } catch (error) {
            return String(error)
          }
        })
      const template = new Template(of)
      const slow = outcomes(template)
      // Code is generated for what is asked often.
      for (let i = 1; i < 10; i++) deepStrictEqual(outcomes(template), slow, `asked ${i} times before`)
      if (typeof slow[0] === 'string' && !slow[0].startsWith('InvalidKey')) rendered++
    }),
    { numRuns: runs(1_500) }
  )
  assert.ok(rendered > runs(150), `${rendered} were rendered`)
})

test.run()
