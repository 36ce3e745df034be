/**
 * Runs every example that is a program, that is, every file here that no other file imports. Each runs in its own
 * process. It fails if it exits with an error, prints nothing, or takes too long.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const SECONDS = 60

const folder = import.meta.dirname
const files = readdirSync(folder).filter(file => file.endsWith('.ts') && file !== path.basename(import.meta.filename))
const imported = new Set(
  files
    .map(file => readFileSync(path.join(folder, file), 'utf8'))
    .flatMap(source => [...source.matchAll(/\b(?:import|from) '\.\/(.+)'/g)].map(match => match[1]))
)
const programs = files.filter(file => !imported.has(file)).sort()

/** The fault of a run, or undefined if it succeeded. */
const problem = ({ error, signal, status, stdout }: ReturnType<typeof spawnSync>): string | undefined => {
  if (error && 'code' in error && error.code === 'ETIMEDOUT') return `took more than ${SECONDS} s`
  if (error) return error.message
  if (status !== 0) return `ended with ${signal ?? status}`
  return stdout.toString().trim() === '' ? 'printed nothing' : undefined
}

let failed = 0
for (const program of programs) {
  const start = performance.now()
  const result = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), path.join(folder, program)], {
    cwd: path.dirname(folder), // the tsconfig.json there resolves 'keystorm'
    timeout: SECONDS * 1000,
    killSignal: 'SIGKILL'
  })
  const wrong = problem(result)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${wrong ? 'FAIL' : 'ok  '}  ${program}  ${seconds} s${wrong ? `  ${wrong}` : ''}`)
  if (wrong) {
    failed++
    console.log(`${result.stdout}${result.stderr}`.trimEnd())
  }
}

console.log(`\n${programs.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 || programs.length === 0 ? 1 : 0
