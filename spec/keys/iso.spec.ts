/** Laws of dates as texts, against what the engine itself makes of them. */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FIRST_INSTANT, instantOf, isoOf, LAST_INSTANT } from '../../lib/keys/iso.ts'
import { tries } from '../support/runs.ts'

const DAY = 86_400_000

/** The instant of a text that toISOString() gives. */
const known = (text: string): number | undefined => {
  const time = Date.parse(text)
  return time >= FIRST_INSTANT && time <= LAST_INSTANT && new Date(time).toISOString() === text ? time : undefined
}

test('an instant of the years 0 to 9999 is the text that toISOString() gives, and any other is none', () => {
  const instant = fc.oneof(
    fc.integer({ min: FIRST_INSTANT, max: LAST_INSTANT }),
    fc.integer({ min: -8.64e15, max: 8.64e15 }),
    fc.constantFrom(
      0,
      -0,
      -1,
      FIRST_INSTANT,
      FIRST_INSTANT - 1,
      LAST_INSTANT,
      LAST_INSTANT + 1,
      Number.NaN,
      Number.POSITIVE_INFINITY
    )
  )
  fc.assert(
    fc.property(instant, time => {
      const text = time >= FIRST_INSTANT && time <= LAST_INSTANT ? new Date(time).toISOString() : undefined
      assert.is(isoOf(time), text)
      if (text !== undefined) assert.is(instantOf(text), time + 0)
    }),
    { numRuns: tries(5_000) }
  )
})

test('the days around the end of every month are those of the calendar', () => {
  for (let year = 0; year <= 9999; year += year % 400 < 5 || year % 100 > 95 ? 1 : 7)
    for (let month = 0; month < 12; month++)
      for (const date of [0, 1, 27, 28, 29]) {
        const time = new Date(0).setUTCFullYear(year, month, date)
        if (time < FIRST_INSTANT) continue
        const text = new Date(time).toISOString()
        assert.is(isoOf(time), text)
        assert.is(instantOf(text), time)
        const other = `${text.slice(0, 8)}${date + 2}${text.slice(10)}`
        assert.is(instantOf(other), known(other), other)
        assert.is(instantOf(isoOf(time + DAY - 1) ?? ''), time + DAY - 1)
      }
})

test('a text is an instant exactly if toISOString() gives it', () => {
  const two = fc.integer({ min: 0, max: 99 }).map(n => String(n).padStart(2, '0'))
  const text = fc
    .tuple(two, two, two, two, two, two, two, fc.integer({ min: 0, max: 999 }))
    .map(([a, b, c, d, e, f, g, h]) => `${a}${b}-${c}-${d}T${e}:${f}:${g}.${String(h).padStart(3, '0')}Z`)
  const near = fc
    .tuple(
      fc.integer({ min: FIRST_INSTANT, max: LAST_INSTANT }),
      fc.nat(24),
      fc.constantFrom('', '0', '9', '-', ' ', 'z', '\u0660', '5')
    )
    .map(([time, at, char]) => {
      const iso = new Date(time).toISOString()
      return iso.slice(0, at) + char + iso.slice(at + 1)
    })
  fc.assert(
    fc.property(fc.oneof(text, near, fc.string()), text => assert.is(instantOf(text), known(text), text)),
    { numRuns: tries(10_000) }
  )
})

test.run()
