/** Finds spec files and runs each in its own process, with a time limit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the tests of one file came to. */
export interface Outcome {
  passed: number
  failed: number
  skipped: number
  errors: string[]
}

export interface FileResult extends Outcome {
  readonly file: string
  readonly milliseconds: number
  /** What the spec printed. */
  readonly output: string
}

export interface RunOptions {
  readonly seconds: number
  readonly env?: NodeJS.ProcessEnv
}

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
const TSX = import.meta.resolve('tsx')

/** How long a process may go on after its last test. */
const EXIT_SECONDS = 10

export const findSpecs = (root: string, pattern = ''): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.spec.ts'))
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter(file => !file.includes('node_modules/') && new RegExp(pattern, 'i').test(file))
    .sort()

/** Runs all files, two at a time, and hands over the results in the order of the files. */
export const runFiles = async (
  root: string,
  files: readonly string[],
  options: RunOptions,
  show: (result: FileResult) => void = () => {}
): Promise<FileResult[]> => {
  const results: FileResult[] = []
  const queue = files.entries()
  let shown = 0
  const worker = async () => {
    for (const [i, file] of queue) {
      results[i] = await runFile(root, file, options)
      for (let ready = results[shown]; ready; ready = results[++shown]) show(ready)
    }
  }
  await Promise.all([worker(), worker()])
  return results
}

const runFile = async (root: string, file: string, { seconds, env }: RunOptions): Promise<FileResult> => {
  const start = performance.now()
  const child = spawn(process.execPath, ['--import', TSX, CHILD, path.resolve(root, file)], {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Its own process group, so that an engine which a killed spec leaves behind goes with it.
    detached: process.platform !== 'win32'
  })
  running.add(child)
  let output = ''
  let report = ''
  let late: 'hung' | 'lingered' | undefined
  const stop = (how: typeof late) => {
    late = how
    killGroup(child)
  }
  let timer = setTimeout(stop, seconds * 1000, 'hung')
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stdio[3]?.on('data', (text: Buffer) => {
    report += text
    clearTimeout(timer)
    timer = setTimeout(stop, Math.min(seconds, EXIT_SECONDS) * 1000, 'lingered')
  })
  const code = await new Promise<number | string | null>(resolve => {
    child.once('exit', () => killGroup(child))
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  clearTimeout(timer)
  running.delete(child)

  const outcome = judge(report ? (JSON.parse(report) as Outcome) : undefined, output, code, late, seconds)
  return { file, milliseconds: performance.now() - start, output, ...outcome }
}

/** Adds what is wrong with the file as a whole to what its tests came to. */
const judge = (
  report: Outcome | undefined,
  output: string,
  code: number | string | null,
  late: 'hung' | 'lingered' | undefined,
  seconds: number
): Outcome => {
  const outcome = report ?? { passed: 0, failed: 0, skipped: 0, errors: [] }
  const fileFailed = (why: string): Outcome => ({
    ...outcome,
    failed: outcome.failed + 1,
    errors: [...outcome.errors, why]
  })
  if (late === 'hung') return fileFailed(`hung: killed after ${seconds} s (KEYSTORM_SPEC_TIMEOUT)`)
  if (late === 'lingered') return fileFailed('its tests ended, but an open handle kept the process alive')
  if (code === 13) return fileFailed('waited for a promise that nothing can settle any more')
  if (code !== 0) return fileFailed(`its process ended with ${code}`)
  if (!report) return fileFailed('its process ended before its tests did')
  const { passed, failed, skipped } = outcome
  if (passed + failed > 0) return outcome
  if (skipped === 0) return fileFailed('no test ran: is .run() missing?')
  return /^skipped: /m.test(output) ? outcome : fileFailed("all tests are skipped, and no line 'skipped: …' says why")
}

const running = new Set<ChildProcess>()

const killGroup = (child: ChildProcess): void => {
  if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL')
  else {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // nobody of the group is left
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const child of running) killGroup(child)
    process.exit(1)
  })
}
