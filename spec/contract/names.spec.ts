/** A name that every object seems to have is one as any other. */
import fc from 'fast-check'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { lacks } from '../support/engine.ts'
import { ATTRIBUTES, MODELS, type Names, type Plain, runNamed } from '../support/named-program.ts'

const PLAIN: readonly Plain[] = [...ATTRIBUTES, ...MODELS]
const INHERITED = Object.getOwnPropertyNames(Object.prototype).filter(name => name !== '__proto__')
const asThemselves = Object.fromEntries(PLAIN.map(name => [name, name])) as Names // of all of them

/** Some of the program's names, and what they are called instead. */
const renamed: fc.Arbitrary<Names> = fc
  .shuffledSubarray([...PLAIN], { minLength: INHERITED.length, maxLength: INHERITED.length })
  .chain(some =>
    fc
      .shuffledSubarray(INHERITED, { minLength: some.length })
      .map(odd => ({ ...asThemselves, ...Object.fromEntries(some.map((name, i) => [name, odd[i]])) }))
  )

/** What a run gave, line by line, by the program's own names, and without what is another each time. */
const told = async (names: Names): Promise<string[]> => {
  const plain = new Map(Object.entries(names).map(([name, called]) => [called, name]))
  // The members of rows are in an engine's order, which may be that of their names.
  const asText = (_: string, value: unknown): unknown => {
    if (value instanceof Set) return [...value].sort()
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return value === undefined ? 'nothing' : value
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, inner]) => [plain.get(name) ?? name, inner] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    )
  }
  return localTable(async place =>
    (await runNamed(names, place)).map(line =>
      JSON.stringify(line, asText)
        .replaceAll(place.table, 'TABLE')
        .replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'NOW')
        .replace(/\w+/g, word => plain.get(word) ?? word)
    )
  )
}

const sameTest = lacks('sameUnderAnyNames') ? test.skip : test

sameTest('a program gives the same whatever its attributes and models are called', async () => {
  const expected = await told(asThemselves)
  const check = async (names: Names) => {
    const lines = await told(names)
    const at = lines.findIndex((line, i) => line !== expected[i])
    if (at >= 0) throw new Error(`expected\n${expected[at]}\nbut got\n${lines[at]}`)
    assert.is(lines.length, expected.length)
  }
  if (process.env.SHOW) console.log(expected.join('\n'))
  await fc.assert(fc.asyncProperty(renamed, check), { numRuns: 8, includeErrorInReport: true })
})

test.run()
