import { type ItemOf, model, type PkOf, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { definitionIn } from '../../lib/schema/definition.ts'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

enum Language {
  English = 'en',
  Portuguese = 'pt'
}
const known: readonly Language[] = Object.values(Language)
const SIZES = ['S', 'M'] as const

test('choices are given one by one, or by an array or enum, and keep their literal types', () => {
  const Text = model('Text')
    .pk('size')
    .sk('id')
    .fields({ size: t.oneOf('S', 'M'), same: t.oneOf(...SIZES), all: t.oneOf(...Object.values(Language)) })
  const some = t.oneOf(...known)
  isType<Equal<(typeof some)[' output'], Language>>()
  const { PK } = Text.key({ size: 'S', id: 'x' })
  isType<Equal<typeof PK, 'S#S#Text'>>()
  const { all } = definitionIn(Text).encode({ size: 'S', id: 'x', same: 'M', all: Language.English })
  assert.equal(all, { S: 'en' })
})

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9'
type Fifty = `${'0' | '1' | '2' | '3' | '4'}${Digit}`

test('of three choices of fifty in one key, the third is any text to the compiler, which could not hold all keys', () => {
  const fifty: readonly Fifty[] = ['00', '01', '02']
  const choice = t.oneOf(...fifty)
  const Many = model('Many').pk('a', 'b', 'c').sk('d').fields({ a: choice, b: choice, c: choice })
  const item: ItemOf<typeof Many> = { a: '00', b: '01', c: '02', d: 'd' }
  const { PK } = Many.key(item)
  isType<Equal<typeof PK, `A#${Fifty}#B#${Fifty}#C#${string}#Many`>>()
  isType<Equal<PkOf<typeof Many>, typeof PK>>()
  const one = Many.key({ a: '00', b: '01', c: '02', d: 'd' })
  isType<Equal<typeof one.PK, 'A#00#B#01#C#02#Many'>>()
  assert.is(PK, one.PK)
})

test('there is at least one choice', async () => {
  const none: string[] = []
  assert.match((await errorFrom(() => t.oneOf(...none))).message, /give at least one choice/)
  // @ts-expect-error no choice
  assert.match((await errorFrom(() => t.oneOf())).message, /give at least one choice/)
})

test.run()
