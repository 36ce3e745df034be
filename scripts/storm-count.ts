/**
 * Runs the specs that compare keystorm with what STORM was recorded to do, and counts: of all cases that a successor
 * should keep, how many were run and passed. Fails when a spec does, or when a case was run by none of them. Runs
 * nothing where KEYSTORM_TALLY names a file that an earlier run of the specs, with the same variable, has filled.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  declarations,
  jsonataCases,
  keyCases,
  readbackScenarios,
  requestCases,
  type Scenario,
  storedScenarios
} from '../spec/storm/data.ts'
import { type CaseReport, stepId } from '../spec/storm/tally.ts'
import { findSpecs, runFiles } from '../spec/support/files.ts'
import { showFile, timeLimit } from '../spec/support/report.ts'

const SPECS = '^storm/'
const root = path.resolve(import.meta.dirname, '../spec')

interface Judged {
  readonly id: string
  readonly verdict?: string
}

const kept = (cases: readonly Judged[]): string[] =>
  cases.filter(({ verdict }) => verdict === 'keep').map(({ id }) => id)

const keptSteps = (scenarios: readonly Scenario[]): string[] =>
  kept(scenarios.flatMap(scenario => scenario.steps.map((step, i) => ({ id: stepId(scenario, i), ...step }))))

/** The ids of what should be kept, by file; of jsonata.json what is right but for STORM's delimiters. */
const files: Readonly<Record<string, readonly string[]>> = {
  keys: kept(keyCases()),
  requests: kept(requestCases()),
  stored: keptSteps(storedScenarios()),
  readback: keptSteps(readbackScenarios()),
  jsonata: jsonataCases()
    .filter(({ compare }) => compare === 'delimiters')
    .map(({ id }) => id),
  models: Object.keys(declarations),
  'table-definition': ['table-definition']
}

/** What the specs said of each case. Where two of them say something, what does not hold counts. */
const reportsIn = (file: string): Map<string, CaseReport> => {
  const reports = new Map<string, CaseReport>()
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const report = JSON.parse(line) as CaseReport // written by a Tally
    if (!reports.get(report.id)?.isException) reports.set(report.id, report)
  }
  return reports
}

/** Runs the specs, and gives how many of their files failed. */
const runSpecs = async (file: string): Promise<number> => {
  writeFileSync(file, '')
  const options = { seconds: timeLimit(), env: { KEYSTORM_TALLY: file } }
  const results = await runFiles(root, findSpecs(root, SPECS), options, showFile)
  return results.filter(({ failed }) => failed > 0).length
}

const folder = mkdtempSync(path.join(tmpdir(), 'keystorm-'))
const { KEYSTORM_TALLY: file = path.join(folder, 'cases') } = process.env
const failed = file.startsWith(folder) ? await runSpecs(file) : 0
const reports = reportsIn(file)
rmSync(folder, { recursive: true })

const rows: (readonly [string, ...number[]])[] = []
const exceptions = new Map<string, number>()
let missing = 0
for (const [name, ids] of Object.entries(files)) {
  const run = ids.flatMap(id => reports.get(id) ?? [])
  const passed = run.filter(({ isException }) => !isException).length
  rows.push([name, ids.length, run.length, passed, run.length - passed])
  for (const { isException, what } of run) {
    const line = `${name}: ${what}`
    if (isException) exceptions.set(line, (exceptions.get(line) ?? 0) + 1)
  }
  const left = ids.filter(id => !reports.has(id))
  missing += left.length
  for (const id of left.slice(0, 10)) console.log(`FAIL  no spec ran ${id}`)
}

const sum = (column: number): number => rows.reduce((total, row) => total + Number(row[column]), 0)
console.log(`\n${'file'.padEnd(18)}${['keep', 'run', 'passed', 'excepted'].map(head => head.padStart(9)).join('')}`)
for (const [name, ...counts] of [...rows, ['all', sum(1), sum(2), sum(3), sum(4)] as const])
  console.log(`${name.padEnd(18)}${counts.map(count => String(count).padStart(9)).join('')}`)
console.log(exceptions.size > 0 ? '\nexceptions:' : '')
for (const [what, count] of exceptions) console.log(`  ${count} ${what}`)
console.log(`\n${failed} spec files failed, ${missing} cases were run by no spec`)
process.exitCode = failed > 0 || missing > 0 ? 1 : 0
