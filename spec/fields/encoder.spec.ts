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
      isGiven: fc.boolean().map(given => given || fitting !== undefined)
    })
  )
  return fc.record({
    members: fc.tuple(...chosen.map(() => member)).map(all => all.map((one, i) => ({ ...one, name: chosen[i] ?? '' }))),
    unknown: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(chosen.length) }),
    isTrial: fc.boolean()
  })
})

test('generated code and the loop write every record alike, and find the same faults, whatever the names', () => {
  let valid = 0
  fc.assert(
    fc.property(record, ({ members, unknown, isTrial }) => {
      const entries = members
        .slice(unknown)
        .map(({ name, field }) => ({ name, field: checkField(name, field), isInherited: name in Object.prototype }))
      const given = members.filter(({ isGiven }) => isGiven).map(({ name, value }) => [name, value] as const)
      const noteUnknown = (of: Readonly<Record<string, unknown>>, report: Report) =>
        report.fail(`unknown among ${Object.keys(of).join()}`)
      const outcome = (encode: Encoder) => {
        const report = new Report(isTrial)
        const stored = encode(Object.fromEntries(given), report)
        const { issues, path, asksFunction, mostBytes } = report
        const written = issues.length === 0 ? Object.entries(stored) : undefined // what is refused is not used
        return { issues, path, asksFunction, mostBytes, written }
      }
      const slow = outcome((of, report) => loopedEncoder(entries, noteUnknown, of, report))
      if (slow.issues.length === 0) valid++
      const fast = generatedEncoder(entries, noteUnknown)
      deepStrictEqual(outcome(fast), slow)
      deepStrictEqual(outcome(fast), slow, 'once more')
    }),
    { numRuns: tries(2_000) }
  )
  assertTried(valid > 100, `${valid} were valid`)
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
