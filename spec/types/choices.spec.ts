import { model, t } from 'keystorm'
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
  isType<Equal<(typeof some)['~output'], Language>>()
  const { PK } = Text.key({ size: 'S', id: 'x' })
  isType<Equal<typeof PK, 'S#S#Text'>>()
  const { all } = definitionIn(Text).encode({ size: 'S', id: 'x', same: 'M', all: Language.English })
  assert.equal(all, { S: 'en' })
})

test('there is at least one choice', async () => {
  const none: string[] = []
  assert.match((await errorFrom(() => t.oneOf(...none))).message, /give at least one choice/)
  // @ts-expect-error no choice
  assert.match((await errorFrom(() => t.oneOf())).message, /give at least one choice/)
})

test.run()
