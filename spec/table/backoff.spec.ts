import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backoff, pause } from '../../lib/driver/backoff.ts'
import { errorFrom } from '../support/errors.ts'

const HIGHEST = 1 - Number.EPSILON

test('the bound doubles with every failure, up to five seconds', () => {
  const bounds = Array.from({ length: 10 }, (_, i) => Math.round(backoff(i + 1, () => HIGHEST)))
  assert.equal(bounds, [25, 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
  assert.is(Math.round(backoff(10_000, () => HIGHEST)), 5000)
})

test('a wait is anywhere below the bound: full jitter', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0, max: HIGHEST, noNaN: true }), (tries, chance) => {
      const bound = Math.min(5000, 25 * 2 ** (tries - 1))
      assert.is(
        backoff(tries, () => chance),
        chance * bound
      )
    })
  )
  const waits = Array.from({ length: 400 }, () => backoff(3))
  assert.ok(waits.every(wait => wait >= 0 && wait < 100))
  // That 400 random waits leave out a quarter happens once in 10 ** 49 runs.
  for (const quarter of [0, 25, 50, 75]) assert.ok(waits.some(wait => wait >= quarter && wait < quarter + 25))
})

test('a pause ends by itself, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController()
  await pause(1)
  await pause(1, signal)
  assert.equal(getEventListeners(signal, 'abort'), [])
})

test('a pause ends with the reason of its signal, at once', async () => {
  const stop = new AbortController()
  const paused = errorFrom(() => pause(2 ** 30, stop.signal))
  const reason = new Error('enough')
  stop.abort(reason)
  assert.is(await paused, reason)
  assert.is(await errorFrom(() => pause(2 ** 30, stop.signal)), reason)
  assert.equal(getEventListeners(stop.signal, 'abort'), [])
})

test.run()
