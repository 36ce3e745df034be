/** Whatever stands in a row: a read of it is refused, or gives an item that can be put back, and is read again as it was. */
import fc from 'fast-check'
import { InvalidItem, UndecodableItem } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { generated, looped } from '../../lib/fields/decoder.ts'
import { Misfit } from '../../lib/fields/report.ts'
import { assertMany, runs } from '../support/laws.ts'
import { modelAndRow } from '../support/random-rows.ts'

/** Reads go further than writes: numbers that plus() made, and lists and sets in the place of each other. */
const FURTHER = /must be an integer of at most|must not be empty: DynamoDB has no empty sets|must hold different/

test('what is read of any row can be put back, and is read again as it was', () => {
  const counts = { refused: 0, further: 0, equal: 0 }
  fc.assert(
    fc.property(modelAndRow, ({ definition, row }) => {
      let item: unknown
      try {
        item = definition.decode(row)
      } catch (error) {
        if (!(error instanceof UndecodableItem)) throw error
        counts.refused++
        return
      }
      let stored: typeof row
      try {
        stored = definition.encode(item)
      } catch (error) {
        if (!(error instanceof InvalidItem)) throw error
        for (const { path, message } of error.data.issues) assert.match(message, FURTHER, path.join('.'))
        counts.further++
        return
      }
      assert.equal(definition.decode(stored), item)
      counts.equal++
    }),
    { numRuns: runs(2_000) }
  )
  assertMany(counts.equal > runs(2_000) / 4 && counts.refused > 0, JSON.stringify(counts))
})

test('generated code and the loop read every row of every model alike', () => {
  const outcome = (decode: () => Record<string, unknown>): unknown => {
    try {
      return Object.entries(decode()).sort(([a], [b]) => (a < b ? -1 : 1))
    } catch (error) {
      if (!(error instanceof Misfit)) throw error
      return 'a misfit' // of several, each may find another one first
    }
  }
  fc.assert(
    fc.property(modelAndRow, ({ definition, row }) => {
      const { entries } = definition.attributes
      const [fast, slow] = [generated(entries), outcome(() => looped(entries, row))]
      assert.equal(
        outcome(() => fast(row)),
        slow
      )
      assert.equal(
        outcome(() => fast(row)),
        slow,
        'a second time'
      )
    }),
    { numRuns: runs(1_000) }
  )
})

test.run()
