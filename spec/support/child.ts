/** Runs the tests of one spec file in a process of its own, and writes what came of them to file descriptor 3. */
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Outcome } from './files.ts'

type Suite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>
const suites: Suite[] = []

// uvu draws its dots on stdout, which nobody reads; what a spec prints goes to stderr, which the parent shows.
console.log = console.info = console.debug = console.error

const file = process.argv[2]
if (!file) throw new Error('Which spec file?')

// uvu's own protocol for runners: `.run()` puts the suite in here and does not start it, as it would by itself,
// too early where a top-level await stands between two suites.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [suites], UVU_INDEX: 0 })
await import(pathToFileURL(file).href)

const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, errors: [] }
for (const run of suites) {
  const [errors, passed, skipped, total] = await run()
  outcome.passed += passed
  outcome.failed += total - passed
  outcome.skipped += skipped
  if (typeof errors === 'string') outcome.errors.push(errors)
  // uvu swallows what a hook throws, and counts the tests it kept from running as neither passed nor failed.
  else if (passed < total) outcome.errors.push(`a hook threw: ${total - passed} of ${total} tests did not run`)
}
writeSync(3, JSON.stringify(outcome))
