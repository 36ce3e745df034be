/** Prints results of spec files, and sums them up. */
import type { FileResult } from './files.ts'

export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const showFile = (result: FileResult): void => {
  const { file, passed, failed, skipped, milliseconds, errors } = result
  const counts = [`${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`].filter(Boolean)
  console.log(`${failed ? 'FAIL' : 'ok  '}  ${file}  ${counts.join(', ')}  ${(milliseconds / 1000).toFixed(1)} s`)
  const output = result.output.trimEnd()
  if (output) console.log(indent(output, '      | '))
  for (const error of errors) console.log(indent(error.replace(/^\n+|\s+$/g, ''), '      '))
}

export const sum = (results: readonly FileResult[]): Totals => ({
  passed: results.reduce((total, result) => total + result.passed, 0),
  failed: results.reduce((total, result) => total + result.failed, 0),
  skipped: results.reduce((total, result) => total + result.skipped, 0)
})

/** Stands between what a file printed, its report, what it printed after that, and the next file. */
export const SEPARATOR = '\x1e'

/** What a process is told that asks for the next file when there is none. */
export const NO_FILE = ''

/** The time limit of one file, in seconds. */
export const timeLimit = (): number => {
  const seconds = Number(process.env.KEYSTORM_SPEC_TIMEOUT || 180)
  if (!(seconds > 0)) throw new Error('KEYSTORM_SPEC_TIMEOUT is a number of seconds.')
  return seconds
}

const indent = (text: string, by: string): string => text.replace(/^/gm, by)
