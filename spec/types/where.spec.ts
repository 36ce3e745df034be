import { type AnyModel, connect, gt, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../support/compiler.ts'

// The compiler finds most queries right at a glance, and looks for what is wrong with the others step by step. Either way it
// must say what the program throws, of whatever where() is given.

const db = connect({ table: 'table' })

interface Asked {
  readonly model: AnyModel
  readonly index?: 'GSI1'
  /** The same, as source text. */
  readonly source: string
  readonly names: readonly string[]
}

const ASKED: readonly Asked[] = [
  {
    model: model('Plain').pk('a', 'b').sk('x', 'y'),
    source: `model('Plain').pk('a', 'b').sk('x', 'y')`,
    names: ['a', 'b', 'x', 'y']
  },
  {
    model: model('Index').pk('c').sk('x', 'y').gsi1('a'),
    source: `model('Index').pk('c').sk('x', 'y').gsi1('a')`,
    index: 'GSI1',
    names: ['a', 'c', 'x', 'y']
  },
  {
    model: model('Twice').pk('a', 'b').sk('a', 'x'),
    source: `model('Twice').pk('a', 'b').sk('a', 'x')`,
    names: ['a', 'b', 'x']
  },
  {
    model: model('Fixed')
      .pk('a', 'kind')
      .sk('#kind', 'x')
      .fields({ kind: t.literal('KIND') }),
    source: `model('Fixed').pk('a', 'kind').sk('#kind', 'x').fields({ kind: t.literal('KIND') })`,
    names: ['a', 'kind', 'x']
  }
]

const prelude = `
import { connect, gt, model, t } from 'keystorm'
const db = connect({ table: 'table' })
${ASKED.map(({ source }, i) => `const model${i} = ${source}\n`).join('')}`

type Given = readonly (readonly [name: string, isRange: boolean])[]

/** Every way to give some of the attributes, as values or ranges; first, none, which the compiler leaves to the run time. */
const waysOf = ([name, ...names]: readonly string[]): Given[] =>
  name === undefined
    ? [[]]
    : waysOf(names).flatMap(rest => [rest, [[name, false] as const, ...rest], [[name, true] as const, ...rest]])

const textFor = (name: string): string => (name === 'kind' ? 'KIND' : 'v')

/** What the program throws. */
const thrown = ({ model, index }: Asked, given: Given): string | undefined => {
  const values = given.map(([name, isRange]) => [name, isRange ? gt(textFor(name)) : textFor(name)])
  const query = db.query(model).where(Object.fromEntries(values)).asGiven()
  try {
    void (index === undefined ? query : query.on(index)).compile()
    return undefined
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
  }
}

const sourceOf = ({ index }: Asked, i: number, given: Given): string => {
  const values = given.map(([name, isRange]) => `${name}: ${isRange ? `gt('${textFor(name)}')` : `'${textFor(name)}'`}`)
  const query = `db.query(model${i})${index === undefined ? '' : `.on('${index}')`}`
  return `${query}.where({ ${values.join(', ')} }).compile()`
}

test('of every where(), the compiler says what the program throws, and nothing where it runs', () => {
  const cases = ASKED.flatMap((asked, i) =>
    waysOf(asked.names)
      .slice(1)
      .map(given => ({ source: sourceOf(asked, i, given), sentence: thrown(asked, given) }))
  )
  const said = compile(
    prelude,
    cases.map(({ source }) => source)
  )
  for (const [i, { source, sentence }] of cases.entries()) {
    const text = said[i]?.join('\n') ?? ''
    if (sentence === undefined) assert.is(text, '', source)
    else assert.ok(text.includes(sentence), `${source}\n${sentence}\n${text}`)
  }
  assert.is(cases.filter(({ sentence }) => sentence === undefined).length, 19)
})

test.run()
