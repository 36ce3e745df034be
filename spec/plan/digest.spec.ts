import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { digest } from '../../lib/plan/read/digest.ts'

const hex = (text: string, bytes: Uint8Array) => digest(text, bytes).toString('hex')

test('one other byte, and one other character, always give another digest', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.uint8Array({ minLength: 1 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (text, bytes, at, by) => {
        const other = bytes.map((byte, i) => (i === at % bytes.length ? byte ^ by : byte))
        assert.is.not(hex(text, other), hex(text, bytes))
        const place = at % text.length
        const changed = String.fromCharCode(text.charCodeAt(place) ^ by)
        assert.is.not(hex(text.slice(0, place) + changed + text.slice(place + 1), bytes), hex(text, bytes))
      }
    )
  )
})

test('where the text ends is a part of it', () => {
  assert.is.not(hex('ab', Buffer.from('c')), hex('a', Buffer.from('bc')))
  assert.is.not(hex('', Buffer.alloc(1)), hex('', Buffer.alloc(2)))
})

test('of many that are alike, no two have four bytes in common, as good as never', () => {
  const halves = new Set<string>()
  const count = 5000
  for (let i = 0; i < count; i++) {
    const whole = hex(`query ${i % 50}`, Buffer.from([i >> 8, i & 255, 0, 0]))
    halves.add(whole.slice(0, 8)).add(whole.slice(8))
  }
  assert.ok(halves.size > 2 * count - 3, `${halves.size}`)
})

test.run()
