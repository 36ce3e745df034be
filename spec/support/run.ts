/**
 * Runs the specs: `node --import tsx spec/support/run.ts [pattern] [--root folder]`, where the pattern is a folder's name
 * or a regular expression for paths. Of a folder that is named, laws are tried on a tenth of their cases, unless
 * SPEC_RUNS is set. Fails when a test fails, a file has no test, hangs or cannot be loaded, or nothing ran at all.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findSpecs, runFiles } from './files.ts'
import { showFile, sum, timeLimit } from './report.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { root: { type: 'string' } } })
const root = path.resolve(values.root ?? path.join(import.meta.dirname, '..'))
const wanted = positionals[0] ?? ''
const isFolder = wanted !== '' && existsSync(path.join(root, wanted))
const pattern = isFolder ? `^${wanted}/` : wanted
/** Who asks for one folder is at work in it, and waits: its laws are tried on fewer cases. */
const env = isFolder ? { SPEC_RUNS: '0.05', ...process.env } : process.env

const files = findSpecs(root, pattern)
if (files.length === 0) console.log(`FAIL  no spec file in ${root}${pattern ? ` matches /${pattern}/i` : ''}`)

const results = await runFiles(root, files, { seconds: timeLimit(), env }, showFile)
const { passed, failed, skipped } = sum(results)
const nothingRan = failed === 0 && passed === 0
if (files.length > 0 && nothingRan) console.log('FAIL  every test was skipped')

const broken = results.filter(result => result.failed > 0)
if (broken.length > 0) console.log(`\nFailed: ${broken.map(result => result.file).join(', ')}`)
console.log(`\n${files.length} files, ${skipped} tests skipped`)
console.log(`${passed} passed, ${failed + (nothingRan ? 1 : 0)} failed`)
process.exitCode = failed > 0 || nothingRan ? 1 : 0
