import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { kill, killWithProcess, letGo } from './child.ts'
import { findModule } from './locate.ts'
import { freePort } from './port.ts'
import type { RunningEngine } from './running-engine.ts'

/** The package with the binary for this machine. Only `@dynoxide/linux-x64` is known to be in the registry. */
export const DYNOXIDE = `@dynoxide/${process.platform}-${process.arch}`
const BINARY = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide'
const START_MS = 10_000
const ATTEMPTS = 3

/** The path of dynoxide's binary, if its package is installed. */
export const findDynoxide = (): string | undefined => {
  const manifest = findModule(`${DYNOXIDE}/package.json`)
  const binary = manifest && path.join(path.dirname(manifest.path), BINARY)
  return binary && existsSync(binary) ? binary : undefined
}

/** Starts the binary in memory. Tries again if another process takes the port meanwhile. */
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
  letGo(child)
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => kill(child) }
}

/** Waits for the engine's own message, since another engine could answer on the port. */
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
