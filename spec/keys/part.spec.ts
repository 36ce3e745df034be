import { InvalidModel, model, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type AttributeOf, type IdentifierOf, parsePart } from '../../lib/keys/part.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

test('a part names an attribute and the identifier before it, at run time and as types', () => {
  isType<Equal<[AttributeOf<'apple'>, IdentifierOf<'apple'>], ['apple', 'A']>>()
  assert.equal(parsePart('M', 'apple', false), { attribute: 'apple', identifier: 'A' })

  isType<Equal<[AttributeOf<'BN#banana'>, IdentifierOf<'BN#banana'>], ['banana', 'BN']>>()
  assert.equal(parsePart('M', 'BN#banana', false), { attribute: 'banana', identifier: 'BN' })

  isType<Equal<[AttributeOf<'#banana'>, IdentifierOf<'#banana'>], ['banana', '']>>()
  assert.equal(parsePart('M', '#banana', false), { attribute: 'banana', identifier: '' })

  isType<Equal<[AttributeOf<'P#ID#parcel'>, IdentifierOf<'P#ID#parcel'>], ['parcel', 'P#ID']>>()
  assert.equal(parsePart('M', 'P#ID#parcel', true), { attribute: 'parcel', identifier: 'P#ID' })

  isType<Equal<[AttributeOf<'état'>, IdentifierOf<'état'>], ['état', 'É']>>()
  assert.equal(parsePart('M', 'état', false), { attribute: 'état', identifier: 'É' })

  isType<Equal<[AttributeOf<'ßtadt'>, IdentifierOf<'ßtadt'>], ['ßtadt', 'SS']>>()
  assert.equal(parsePart('M', 'ßtadt', false), { attribute: 'ßtadt', identifier: 'SS' })

  isType<Equal<[AttributeOf<'_id'>, IdentifierOf<'_id'>], ['_id', '_']>>()
  assert.equal(parsePart('M', '_id', false), { attribute: '_id', identifier: '_' })
})

const refused: [name: string, define: () => unknown, message: RegExp][] = [
  ['an attribute named PK', () => model('M').pk('PK'), /an attribute cannot be called PK/],
  ['an attribute named SK', () => model('M').sk('X#SK'), /an attribute cannot be called SK/],
  ['a field named GSI1PK', () => model('M').fields({ GSI1PK: t.string() }), /an attribute cannot be called GSI1PK/],
  ['a field named __proto__', () => model('M').pk('__proto__'), /cannot be called '__proto__'/],
  ['a part without an attribute', () => model('M').pk('A#'), /the key part 'A#' names no attribute/],
  ['an empty part', () => model('M').sk(''), /the key part '' names no attribute/],
  [
    'the text of a key without text()',
    () => model('M').rawKeys().pk('A#{a}#B#{b}'),
    /the key part 'A#\{a\}#B#\{b\}' has braces: write text\('A#\{a\}#B#\{b\}'\) for a whole key/
  ],
  ["a '#' in an identifier", () => model('M').pk('A#B#c'), /the identifier of the key part 'A#B#c' holds '#' or '%'/],
  ["a '%' in an identifier", () => model('M').pk('A%#c'), /the identifier of the key part 'A%#c' holds '#' or '%'/],
  ["a '#' in the suffix", () => model('M').suffix('a#b'), /the suffix holds '#' or '%'/],
  [
    "a '#' in the name, which is the suffix",
    () => model('M#N').pk('a').suffix('M'),
    /^M#N: its name, the suffix of PK unless \.suffix\(\) comes first, holds '#' or '%', .*; choose another, or call \.rawKeys\(\) first/
  ],
  ['a part that is no text', () => model('M').pk(7 as never), /a key is made of names of attributes, but one is 7/],
  ['a suffix that is no text', () => model('M').suffix(null as never), /the suffix must be a text, but is null/],
  ['a model whose name is no text', () => model(undefined as never), /a model needs a name, which is a text/],
  ['a set with what is no model', () => models({ M: null } as never), /M is no model, but null/],
  ['a model without a name', () => model(''), /a model needs a name/],
  ['an attribute twice in a key', () => model('M').pk('a', 'X#a'), /a stands twice in PK/],
  [
    'half a character as identifier',
    () => model('M').pk('𐐨deseret'),
    /needs an identifier of its own, such as 'X#𐐨deseret'/
  ],
  // @ts-expect-error no part
  ['a sort key without parts', () => model('M').sk(), /SK would be empty/],
  ['a partition key of nothing', () => model('M').suffix('').pk(), /PK would be empty/],
  ['an index key of nothing', () => model('M').suffix('').gsi1(), /GSI1PK would be empty/]
]

test("a '#' in the name of a model whose keys do not end in it, or whose keys are raw, is none in a key", () => {
  assert.is(model('M#N').suffix('M').pk('a').sk('b').key({ a: 'x', b: 'y' }).PK, 'A#x#M')
  assert.is(model('M#N').rawKeys().pk('a').sk('b').key({ a: 'x', b: 'y' }).PK, 'A#x#M#N')
})

for (const [name, define, message] of refused)
  test(`${name} is refused when the model is defined`, async () => {
    const error = await errorFrom(define)
    assert.instance(error, InvalidModel)
    assert.match(error.message, message)
    assert.match(error.message, /^M|^model/)
  })

test.run()
