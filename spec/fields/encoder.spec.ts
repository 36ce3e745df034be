import { deepStrictEqual } from 'node:assert/strict' // the other one believes what is called a constructor
import fc from 'fast-check'
import { t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Encoder, generatedEncoder, loopedEncoder } from '../../lib/fields/encoder.ts'
import { type AnyField, checkField } from '../../lib/fields/field.ts'
import { Report } from '../../lib/fields/report.ts'
import { codeNames } from '../support/code-names.ts'
import { hostile } from '../support/hostile.ts'
import { assertTried, tries } from '../support/runs.ts'

interface Kind {
  readonly field: AnyField
  readonly fitting: unknown
}

const kinds: readonly Kind[] = [
  { field: t.string(), fitting: 'text' },
  { field: t.number(), fitting: 0.5 },
  { field: t.int().optional(), fitting: 5 },
  { field: t.boolean().optional(), fitting: true },
  { field: t.number().default(7), fitting: undefined },
  { field: t.string().default(() => 'made'), fitting: undefined },
  { field: t.string().nullable(), fitting: null },
  { field: t.list(t.string()), fitting: ['a', 'b'] },
  { field: t.map({ constructor: t.string().optional(), b: t.number().default(1) }).optional(), fitting: { b: 2 } },
  { field: t.record(t.int()), fitting: { constructor: 1 } }
]

/** A record of some names, of which the last are declared, and what it is given under them. */
const record = fc.uniqueArray(fc.constantFrom(...codeNames), { minLength: 1, maxLength: 8 }).chain(chosen => {
  const member = fc.constantFrom(...kinds).chain(({ field, fitting }) =>
    fc.record({
      field: fc.constant(field),
      value: fc.oneof({ weight: 12, arbitrary: fc.constant(fitting) }, { weight: 1, arbitrary: hostile }),
      isGiven: fc.boolean().map(given => given || fitting !== undefined),
      /** What a write fills in instead; `null` if it takes what is given. */
      filled: fc.option(
        fc.oneof(fc.constant(fitting), hostile).map(value => ({ value })),
        { freq: 2 }
      )
    })
  )
  return fc.record({
    members: fc.tuple(...chosen.map(() => member)).map(all => all.map((one, i) => ({ ...one, name: chosen[i] ?? '' }))),
    unknown: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(chosen.length) }),
    isTrial: fc.boolean(),
    areFilled: fc.boolean()
  })
})

type Given = Readonly<Record<string, unknown>>

test('generated code and the loop write every record alike, and find the same faults, whatever the names', () => {
  let valid = 0
  let filledIn = 0
  fc.assert(
    fc.property(record, ({ members, unknown, isTrial, areFilled }) => {
      const known = members.slice(unknown)
      const some = known.filter(({ filled }) => filled !== null)
      const entries = known.map(({ name, field, filled }) => ({
        name,
        field: checkField(name, field),
        isInherited: name in Object.prototype,
        filled: filled === null ? undefined : some.findIndex(one => one.name === name)
      }))
      const filled = areFilled ? some.map(one => one.filled?.value) : undefined
      const given = Object.fromEntries(
        members.filter(({ isGiven }) => isGiven).map(({ name, value }) => [name, value] as const)
      )
      const noteUnknown = (of: Given, report: Report) => {
        const names = Object.keys(of).filter(name => of[name] !== undefined && !known.some(one => one.name === name))
        if (names.length > 0) report.fail(`unknown: ${names.join()}`)
      }
      const outcome = (encode: Encoder, of: Given = given, instead = filled) => {
        const report = new Report(isTrial)
        const stored = encode(of, report, instead)
        const { issues, path, asksFunction, mostBytes } = report
        const written = issues.length === 0 ? Object.entries(stored) : undefined // what is refused is not used
        return { issues, path, asksFunction, mostBytes, written }
      }
      const loop: Encoder = (of, report, instead) => loopedEncoder(entries, noteUnknown, of, report, instead)
      const slow = outcome(loop)
      if (slow.issues.length === 0) valid++
      if (slow.issues.length === 0 && filled !== undefined && filled.length > 0) filledIn++
      if (filled !== undefined) {
        const merged = { ...given, ...Object.fromEntries(some.map(({ name }, i) => [name, filled[i]])) }
        deepStrictEqual(outcome(loop, merged, undefined), slow, 'as if the record had what is filled in')
      }
      const fast = generatedEncoder(entries, noteUnknown)
      deepStrictEqual(outcome(fast), slow)
      deepStrictEqual(outcome(fast), slow, 'once more')
    }),
    { numRuns: tries(2_000) }
  )
  assertTried(valid > 100, `${valid} were valid`)
  assertTried(filledIn > 30, `${filledIn} were filled in`)
})

test('a process that forbids generated code writes by the loop', async () => {
  const { execFileSync } = await import('node:child_process')
  const program = `
    import { model, t } from './lib/index.ts'
    import { definitionIn } from './lib/schema/definition.ts'
    const Fruit = model('Fruit').pk('a').sk('b').fields({ n: t.number() })
    for (let i = 0; i < 20; i++) definitionIn(Fruit).encode({ a: '1', b: '2', n: 3 })
    console.log(JSON.stringify(definitionIn(Fruit).encode({ a: '1', b: '2', n: 3 })))`
  const args = ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '--eval', program]
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  assert.equal(JSON.parse(output), {
    a: { S: '1' },
    b: { S: '2' },
    n: { N: '3' },
    PK: { S: 'A#1#Fruit' },
    SK: { S: 'B#2' }
  })
})

test.run()
