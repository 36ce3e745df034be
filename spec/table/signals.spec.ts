import { getEventListeners } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { onAbort, Stop } from '../../lib/driver/signals.ts'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

test('however many wait for a signal, it has one listener; and none when nobody waits', () => {
  const { signal } = new AbortController()
  const undo = Array.from({ length: 100 }, () => onAbort(signal, () => assert.unreachable()))
  assert.is(listeners(signal), 1)
  for (const one of undo.slice(1)) one()
  for (const one of undo.slice(1)) one()
  assert.is(listeners(signal), 1)
  undo[0]?.()
  assert.is(listeners(signal), 0)
  onAbort(signal, () => {})()
  assert.is(listeners(signal), 0)
})

test('an abort tells each that waits, once; who comes later is told at once', () => {
  const controller = new AbortController()
  const { signal } = controller
  const told: string[] = []
  const tell = (who: string) => () => told.push(who)
  onAbort(signal, tell('a'))
  onAbort(signal, tell('b'))()
  const undo: (() => void)[] = []
  onAbort(signal, () => undo[0]?.())
  undo.push(onAbort(signal, () => assert.unreachable()))
  onAbort(signal, tell('c'))
  controller.abort()
  onAbort(signal, tell('d'))()
  assert.equal(told, ['a', 'c', 'd'])
  assert.is(listeners(signal), 0)
})

test('a stop has the reason of the first signal that is aborted, and leaves nothing on any', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const stop = new Stop(first.signal, undefined, second.signal)
  const reason = new Error('enough')
  second.abort(reason)
  first.abort(new Error('too late'))
  assert.is(stop.signal.reason, reason)
  assert.is(new Stop(second.signal).signal.reason, reason)
  const third = new AbortController()
  const released = new Stop(third.signal)
  assert.is(listeners(third.signal), 1)
  released.release()
  assert.is(listeners(third.signal), 0)
  third.abort()
  assert.not(released.signal.aborted)
  released.abort(reason)
  assert.is(released.signal.reason, reason)
})

test.run()
