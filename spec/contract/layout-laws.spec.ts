/** Laws of random layouts, and of random models in them. */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { inWords } from '../support/laws.ts'
import { type Draft, randomModels, together, type Values } from '../support/random-layouts.ts'
import { assertMany, runs } from '../support/runs.ts'

const show = (draft: Draft): string => {
  const { table } = definitionIn(draft)
  return [...table.pk, ...table.sk].map(({ name, text }) => `${name} ${text}`).join(', ')
}
const isSame = (a: unknown, b: unknown): boolean => inWords(a) === inWords(b)

test('random keys of random layouts are different for different values, and give their values back', () =>
  fc.assert(
    fc.property(
      randomModels(1).chain(([one]) => {
        const { draft, values } = one as NonNullable<typeof one>
        // Some of the second come from the first.
        const mixed = fc.tuple(values, values, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
        return fc.record({ draft: fc.constant(draft), pair: mixed })
      }),
      ({ draft, pair: [a, other, keeps] }) => {
        const b = Object.fromEntries(
          Object.entries(other).map(([name, value], i) => [name, keeps[i] ? a[name] : value])
        )
        const [first, second] = [draft.key(a), draft.key(b)]
        for (const [values, key] of [
          [a, first],
          [b, second]
        ] as const) {
          assert.equal(draft.parse(key), values, inWords([show(draft), values, key]))
          assert.ok(definitionIn(draft).claims(stored(key)), inWords([show(draft), values, key]))
        }
        assert.is(isSame(first, second), isSame(a, b), inWords([show(draft), a, b]))
      }
    ),
    { numRuns: runs(1_000), includeErrorInReport: true }
  ))

const stored = (key: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(key).map(([name, S]) => [name, { S }]))

test('models that are accepted together never share a key, and one claims each row', () => {
  let accepted = 0
  fc.assert(
    fc.property(
      randomModels(2).chain(both => {
        const [one, other] = both as [(typeof both)[0], (typeof both)[0]]
        const some = (values: fc.Arbitrary<Values>) => fc.array(values, { minLength: 4, maxLength: 4 })
        return fc.record({
          drafts: fc.constant([one.draft, other.draft]),
          values: fc.tuple(some(one.values), some(other.values))
        })
      }),
      ({ drafts, values }) => {
        if (!together(drafts)) return
        accepted++
        for (const [i, draft] of drafts.entries())
          for (const own of values[i] ?? []) {
            const key = stored(draft.key(own))
            for (const one of drafts)
              assert.is(definitionIn(one).claims(key), one === draft, inWords([drafts.map(show), own, key]))
          }
      }
    ),
    { numRuns: runs(1_000), includeErrorInReport: true }
  )
  assertMany(accepted > runs(1_000) / 10, `only ${accepted} pairs were accepted`)
})

test.run()
