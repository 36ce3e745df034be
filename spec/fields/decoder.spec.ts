import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generatedDecoder, inOrder, loopedDecoder } from '../../lib/fields/decoder.ts'
import { type AnyField, checkField } from '../../lib/fields/field.ts'
import { Misfit } from '../../lib/fields/report.ts'
import { codeNames } from '../support/code-names.ts'
import { tries } from '../support/runs.ts'

const entriesOf = (fields: Readonly<Record<string, AnyField>>) =>
  Object.entries(fields).map(([name, field]) => ({
    name,
    field: checkField(name, field),
    isInherited: name in Object.prototype
  }))

const outcome = (decode: () => Record<string, unknown>): unknown => {
  try {
    return Object.entries(decode())
  } catch (error) {
    if (!(error instanceof Misfit)) throw error
    return [error.problem, error.path]
  }
}

const wire: fc.Arbitrary<AttributeValue | undefined> = fc.constantFrom(
  { S: 'x' },
  { N: '5' },
  { BOOL: true },
  { NULL: true },
  { L: [{ S: 'a' }, { N: '1' }] },
  undefined
)

test('generated code and the loop read every record alike, whatever the names', () => {
  const fields = [
    t.string(),
    t.number(),
    t.boolean().optional(),
    t.number().default(7),
    t.string().nullable(),
    t.list(t.string()).optional()
  ]
  const record = fc.uniqueArray(fc.constantFrom(...codeNames), { maxLength: 6 }).chain(chosen =>
    fc.record({
      fields: fc
        .tuple(...chosen.map(() => fc.constantFrom(...fields)))
        .map(of => chosen.map((name, i) => [name, of[i]])),
      stored: fc.tuple(...chosen.map(() => wire)).map(values => chosen.map((name, i) => [name, values[i]]))
    })
  )
  fc.assert(
    fc.property(record, ({ fields, stored }) => {
      const entries = inOrder(entriesOf(Object.fromEntries(fields)))
      const row = Object.fromEntries(stored.filter(([, value]) => value !== undefined))
      assert.equal(
        outcome(() => generatedDecoder(entries)(row)),
        outcome(() => loopedDecoder(entries, row))
      )
    }),
    { numRuns: tries(2_000) }
  )
})

test('a process that forbids generated code reads by the loop', async () => {
  const { execFileSync } = await import('node:child_process')
  const program = `
    import { model, t } from './lib/index.ts'
    import { definitionIn } from './lib/schema/definition.ts'
    const Fruit = model('Fruit').pk('a').sk('b').fields({ n: t.number() })
    const row = { a: { S: '1' }, b: { S: '2' }, n: { N: '3' } }
    for (let i = 0; i < 20; i++) definitionIn(Fruit).decode(row)
    console.log(JSON.stringify(definitionIn(Fruit).decode(row)))`
  const args = ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '--eval', program]
  const output = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  assert.equal(JSON.parse(output), { a: '1', b: '2', n: 3 })
})

test.run()
