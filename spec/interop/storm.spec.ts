/**
 * keystorm and STORM itself, the Python package, on the same tables. Skipped where Python or the package is missing:
 * `npm run test:interop` installs the package, outside of the repository, and runs this.
 */
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Tally } from '../storm/tally.ts'
import { anySample } from './any-storm.ts'
import { crossing } from './both.ts'
import { Crossing } from './cross.ts'

const SEED = 20_260_101
// In full where that is what was asked for: `npm run test:interop`.
const RUNS = process.env.KEYSTORM_INTEROP === 'required' ? 30 : 10
const ITEMS = 12

crossing(
  'random items of random models are the same rows, and are read, changed and deleted alike',
  async ({ storm, tables }) => {
    const toPython = new Tally('TypeScript → Python')
    const toTypeScript = new Tally('Python → TypeScript')
    const tallies = { toPython, toTypeScript }
    await fc.assert(
      fc.asyncProperty(anySample(ITEMS), sample =>
        tables((ours, theirs) => new Crossing(storm, sample, ours, theirs, tallies).run())
      ),
      { seed: SEED, numRuns: RUNS, endOnFailure: true, includeErrorInReport: true }
    )
    for (const tally of [toPython, toTypeScript]) {
      assert.ok(tally.total >= RUNS * 10, `${tally.total} items crossed`)
      tally.print('items', 'none differed')
    }
  }
)

test.run()
