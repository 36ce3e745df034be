/** Where STORM goes wrong at the edges, by the ids of its edge cases: each is shown, or named with a reason. */
import { model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

export const Fruit = model('Fruit')
  .pk('apple')
  .sk('banana')
  .gsi1('coconut')
  .fields({ coconut: t.string().optional(), count: t.int(), ratio: t.number().optional(), note: t.string().optional() })
export const key = { apple: 'a', banana: 'b' }
export const fruit = { ...key, count: 1 }

/** What a program without types, or with wrong ones, could send. */
export const untyped = <T = never>(value: unknown): T => value as T

type Kind = abstract new (...args: never[]) => Error

export const isA = (error: unknown, kind: Kind, text?: RegExp): void => {
  assert.instance(error, kind)
  if (text) assert.match((error as Error).message, text)
}

export const refuses = (act: () => unknown, kind: Kind, text?: RegExp): void =>
  assert.throws(act, (error: unknown) => {
    isA(error, kind, text)
    return true
  })

const shown = new Set<string>()

/** A test of what keystorm does at some of STORM's edges. */
export const shows = (edges: string, behaviour: string, run: () => unknown): void => {
  for (const edge of edges.split(' ')) shown.add(edge)
  test(`${edges} ${behaviour}`, async () => {
    await run()
  })
}

/** The last test of a file: every edge of it was shown, or has a reason to be left out. */
export const complete = (edges: string, skipped: Readonly<Record<string, string>>): void => {
  const all = [...shown, ...Object.keys(skipped)]
  shown.clear() // for the next file
  test('every edge is shown, or left out for a reason', () => {
    for (const [edge, reason] of Object.entries(skipped)) console.log(`${edge} is left out: ${reason}`)
    assert.equal(all.sort(), edges.split(' ').sort())
  })
}
