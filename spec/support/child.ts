/**
 * Runs the tests of spec files, each when nothing of the one before is left to do, and writes to stderr what came of
 * them, between separators. The first file is an argument, the others come by messages.
 */
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import type { Outcome } from './files.ts'
import { NO_FILE, SEPARATOR } from './report.ts'

/** What Node itself ends with where a module waits for a promise that nothing can settle any more. */
const UNSETTLED = 13

type Suite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>

// uvu's own protocol for runners: `.run()` puts the suite in here and does not start it, as it would by itself,
// too early where a top-level await stands between two suites.
const suites: Suite[] = []
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [suites], UVU_INDEX: 0 })
const { test } = await import('uvu')

/** What is about tables and items, and so the same by either client: by the lean one where KEYSTORM_CLIENT names none. */
const ABOUT_ITEMS = /\/spec\/(contract|storm|jsonata|designs)\//

const isLean = (file: string): boolean => {
  const client = process.env.KEYSTORM_CLIENT
  return client ? client !== 'sdk' : ABOUT_ITEMS.test(file)
}

// uvu draws its dots on stdout, which nobody reads; what a spec prints goes to stderr, which the parent shows.
console.log = console.info = console.debug = console.error

let lean: typeof import('./lean.ts') | undefined

const environment = { ...process.env }

/** What one file has set in the environment is not there for the next. */
const restoreEnvironment = (): void => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name]
  Object.assign(process.env, environment)
}

const runFile = async (file: string): Promise<Outcome> => {
  const { href } = pathToFileURL(file)
  if (isLean(href)) lean ??= await import('./lean.ts')
  lean?.useLean(isLean(href))
  await import(href)
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0, errors: [] }
  for (const run of suites.splice(0)) {
    const [errors, passed, skipped, total] = await run()
    outcome.passed += passed
    outcome.failed += total - passed
    outcome.skipped += skipped
    if (typeof errors === 'string') outcome.errors.push(errors)
    // uvu swallows what a hook throws, and counts the tests it kept from running as neither passed nor failed.
    else if (passed < total) outcome.errors.push(`a hook threw: ${total - passed} of ${total} tests did not run`)
  }
  // Tests that a file forgot to run must not run with those of the next one.
  test.run()
  suites.length = 0
  return outcome
}

/** The file that is next, as the parent has it: the first it gave with the process, each later one is asked for. */
const nextFile = async (): Promise<string | undefined> => {
  if (count === 0) return process.argv[2]
  const answer = once(process, 'message')
  process.send?.('next')
  const [file] = (await answer) as [string]
  return file === NO_FILE ? undefined : file
}

let count = 0
let state: 'idle' | 'busy' | 'done' = 'idle'

// That nothing is left to do is what this event says, and again after each file.
process.on('beforeExit', async () => {
  if (state === 'busy') process.exit(UNSETTLED)
  // A code that a file has set is told as its own.
  if (state === 'done' || process.exitCode) return
  state = 'busy'
  const file = await nextFile()
  if (file === undefined) {
    state = 'done'
    return
  }
  if (count++ > 0) process.stderr.write(SEPARATOR)
  restoreEnvironment()
  process.env.KEYSTORM_SPEC = file // what says something once says it once a file
  const outcome = await runFile(file)
  state = 'idle'
  process.stderr.write(SEPARATOR + JSON.stringify(outcome) + SEPARATOR)
})
