import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'
import { around } from './mistakes/around.ts'
import { conditions } from './mistakes/conditions.ts'
import { fine } from './mistakes/fine.ts'
import { incomplete } from './mistakes/incomplete.ts'
import { prelude, SHORT, STEPS } from './mistakes/mistake.ts'
import { models } from './mistakes/models.ts'
import { notSaid } from './mistakes/not-said.ts'
import { reads } from './mistakes/reads.ts'
import { updates } from './mistakes/updates.ts'
import { writes } from './mistakes/writes.ts'

// The mistakes that users make: what the compiler says of each, and in how many characters.

const refused = [...incomplete, ...reads, ...conditions, ...updates, ...writes, ...models, ...around]

const codes = [...refused, ...notSaid].map(([, code]) => code)
const messages = compile(prelude, [...codes, ...fine])

/** What TypeScript says before it comes to why something cannot be awaited. */
const PREFACE = /^(Type of 'await' operand|The return type of an async function) must .*\n/

for (const [i, [what, , said, [length, because] = [SHORT, '']]] of refused.entries())
  test(`${what}: said in ${length} characters${because && `, since ${because}`}`, () => {
    const text = messages[i]?.join('\n') ?? ''
    assert.ok(text.includes(said), `the compiler says: ${text || 'nothing'}`)
    assert.ok(text.length <= length, `the compiler takes ${text.length} characters: ${text}`)
    if (length > SHORT)
      assert.ok(length - text.length < 10, `now in ${text.length}: lower its ceiling, so that it stays`)
    const [first] = text.replace(PREFACE, '').split('\n')
    if (because !== STEPS && !said.startsWith('Type ')) assert.ok(first?.includes(said), `not at once: ${text}`)
  })

for (const [i, [what, , reason]] of notSaid.entries())
  test(`${what}: not said, because ${reason}`, () => assert.equal(messages[refused.length + i], []))

for (const [i, code] of fine.entries()) test(`compiles: ${code}`, () => assert.equal(messages[codes.length + i], []))

test('a model whose type has a name is printed by that name', () => {
  const named = `
type FruitType = typeof Fruit
interface FruitModel extends FruitType {}
declare const Named: FruitModel
const named = db.update(Named, key)
`
  const [half, add] = compile(prelude + named, [`db.transact(named.set({ farm: 'f' }))`, 'named.add()'])
  assert.match(
    half?.join() ?? '',
    /^Argument of type 'Update<FruitModel, void, "farm", never>' .* '"Fruit: set\(\) gives farm but not region/
  )
  assert.ok((half?.join() ?? '').length < 180)
  assert.equal(add, [`Property 'add' does not exist on type 'Update<FruitModel, void, never, never>'.`])
})

test('each kind of mistake stands here once', () => assert.is(new Set(codes).size, codes.length))

test('at most ten kinds are left to the run time', () => assert.ok(notSaid.length <= 10))

test('without strictNullChecks, a model that declares fields is refused by a sentence that says so', () => {
  const [fields, none] = compile(
    `import { model, t } from 'keystorm'\n`,
    [`model('M').pk('a').sk('b').fields({ n: t.int() })`, `model('M').pk('a').sk('b')`],
    { strict: false, exactOptionalPropertyTypes: false }
  )
  assert.match(fields?.join() ?? '', /keystorm needs strict: true in tsconfig.json/)
  assert.equal(none, [])
})

test.run()
