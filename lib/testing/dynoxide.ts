import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { findModule } from './locate.ts'
import { freePort } from './port.ts'

const PACKAGE = '@dynoxide/linux-x64'
const START_MS = 10_000
const ATTEMPTS = 3

export interface RunningEngine {
  readonly endpoint: string
  stop(): Promise<void>
}

/** The path of dynoxide's binary where its package is installed. */
export const findDynoxide = (): string | undefined => {
  const manifest = findModule(`${PACKAGE}/package.json`)
  const binary = manifest && path.join(path.dirname(manifest.path), 'dynoxide')
  return binary && existsSync(binary) ? binary : undefined
}

/** Starts the binary in memory; a port that somebody else took in the meantime means another try. */
export const startDynoxide = async (binary: string): Promise<RunningEngine> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(binary, await freePort())
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
    }
  }
}

const startOn = async (binary: string, port: number): Promise<RunningEngine> => {
  const child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] })
  killWithProcess(child)
  try {
    await listening(child)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  // Nobody reads its output from here on, but it must not block or die on a full or closed pipe.
  for (const stream of [child.stdout, child.stderr]) letGo(stream)
  child.unref()
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => kill(child) }
}

/** Waits for the engine's own word: an answer on the port could come from somebody else's engine. */
const listening = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = ''
    const fail = (what: string) => reject(new Error(`dynoxide ${what}${output && `: ${output.trim()}`}`))
    const timer = setTimeout(() => fail(`did not start within ${START_MS / 1000} s`), START_MS)
    const done = () => clearTimeout(timer)
    const hear = (text: Buffer) => {
      output += text
      if (!output.includes('listening on')) return
      done()
      resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', error => {
      done()
      fail(`could not be run (${error.message})`)
    })
    child.once('close', code => {
      done()
      fail(`ended with code ${code}`)
    })
  })

const letGo = (stream: Readable | null): void => {
  stream?.removeAllListeners('data').resume()
  if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
}

// It survives SIGTERM at times, and holds nothing but memory: so no half measures.
const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

const children = new Set<ChildProcess>()

const killAll = (): void => {
  for (const child of children) child.kill('SIGKILL')
}

const killWithProcess = (child: ChildProcess): void => {
  if (children.size === 0) watchProcess()
  children.add(child)
  child.once('exit', () => children.delete(child))
}

let watching = false

const watchProcess = (): void => {
  if (watching) return
  watching = true
  process.once('exit', killAll)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      killAll()
      // A listener stops the signal from ending the process: send it again unless the program has its own.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
  }
}
