/** Finds spec files and runs them in processes of their own, each file with a time limit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { NO_FILE, SEPARATOR } from './report.ts'

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

/** How long a file may go on after its last test. */
const EXIT_SECONDS = 10

const WORKERS = Math.max(2, availableParallelism())

/** How many files one process runs: it starts, and loads the library, for all of them once. */
const MOST_IN_PROCESS = 24

/** Takes long, the longest first: what starts last must end soon. */
const LONG: readonly string[] = [
  'support/run.spec.ts',
  'testing/lifetime.spec.ts',
  'faults/reliability.spec.ts',
  'faults/batches.spec.ts',
  'faults/transfers.spec.ts',
  'contract/conditions-as-read.spec.ts',
  'faults/loads.spec.ts',
  'readme.spec.ts',
  'interop/storm.spec.ts',
  'driver/sender.spec.ts',
  'jsonata/laws.spec.ts',
  'contract/collection-laws.spec.ts',
  'db/sending.spec.ts',
  'db/repeated.spec.ts',
  'contract/cursors.spec.ts',
  'contract/index.spec.ts',
  'contract/conditions.spec.ts',
  'jsonata/values.spec.ts',
  'contract/writes.spec.ts',
  'fields/stored.spec.ts',
  'types/exported.spec.ts'
]

export const findSpecs = (root: string, pattern = ''): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.spec.ts'))
    .map(entry => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter(file => !file.includes('node_modules/') && new RegExp(pattern, 'i').test(file))
    .sort()

/** Runs all files, several at a time, and hands over each result as it comes; gives them in the order of the files. */
export const runFiles = async (
  root: string,
  files: readonly string[],
  options: RunOptions,
  show: (result: FileResult) => void = () => {}
): Promise<FileResult[]> => {
  const results = new Map<string, FileResult>()
  const queue = [...LONG.filter(file => files.includes(file)), ...files.filter(file => !LONG.includes(file))]
  const worker = async () => {
    // A file that ends its process leaves the others to the next one.
    for (let file = queue.shift(); file; file = queue.shift())
      await runProcess(
        root,
        file,
        () => queue.shift(),
        options,
        result => {
          results.set(result.file, result)
          show(result)
        }
      )
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
  return files.flatMap(file => results.get(file) ?? [])
}

/**
 * Runs files one after another in one process, up to the first that ends it. Each begins when nothing of the one before
 * is left to do, so whatever goes wrong is the doing of the file that runs.
 */
const runProcess = async (
  root: string,
  first: string,
  next: () => string | undefined,
  { seconds, env }: RunOptions,
  show: (result: FileResult) => void
): Promise<void> => {
  const child = spawn(process.execPath, ['--import', TSX, CHILD, path.resolve(root, first)], {
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Its own process group, so that an engine which a killed spec leaves behind goes with it.
    detached: process.platform !== 'win32'
  })
  running.add(child)
  const files = [first]
  child.on('message', () => {
    const file = files.length < MOST_IN_PROCESS ? next() : undefined
    if (file !== undefined) files.push(file)
    child.send(file === undefined ? NO_FILE : path.resolve(root, file), () => {}) // it may have ended meanwhile
  })
  // What the running file has sent: what it printed, its report, and what it printed after that.
  let pieces = ['']
  let count = 0
  let late: 'hung' | 'lingered' | undefined
  let start = performance.now()
  const tell = (code: number | string | null): void => {
    const [before = '', report, after = ''] = pieces.splice(0, 3)
    const end = performance.now()
    const outcome = judge(report ? (JSON.parse(report) as Outcome) : undefined, before + after, code, late, seconds)
    show({ file: files[count++] ?? '', milliseconds: end - start, output: before + after, ...outcome })
    start = end
  }
  const stop = (how: typeof late) => {
    late = how
    killGroup(child)
  }
  let timer = setTimeout(stop, seconds * 1000, 'hung')
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...more] = text.split(SEPARATOR)
    pieces = [...pieces.slice(0, -1), pieces.at(-1) + first, ...more]
    if (more.length === 0) return
    while (pieces.length > 3) tell(0)
    clearTimeout(timer)
    if (pieces.length === 1) timer = setTimeout(stop, seconds * 1000, 'hung')
    else timer = setTimeout(stop, Math.min(seconds, EXIT_SECONDS) * 1000, 'lingered')
  })
  const code = await new Promise<number | string | null>(resolve => {
    child.once('exit', () => killGroup(child))
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  clearTimeout(timer)
  running.delete(child)
  do tell(code)
  while (count < files.length)
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
