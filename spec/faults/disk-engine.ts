/** An engine whose data is on disk, and that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findDynoxide } from '../../lib/testing/dynoxide.ts'
import { answers, freePort } from '../../lib/testing/port.ts'

export interface DiskEngine {
  readonly endpoint: string
  /** As a power cut would. */
  kill(): Promise<void>
  /** On the same port, with what is on disk. */
  start(): Promise<void>
  /** Kills it, and deletes its data. */
  dispose(): Promise<void>
}

/** Starts one; `undefined` where dynoxide is not installed. */
export const startDiskEngine = async (): Promise<DiskEngine | undefined> => {
  const binary = findDynoxide()
  if (binary === undefined) return undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'keystorm-disk-'))
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  const start = async () => {
    const file = path.join(folder, 'data.db')
    child = spawn(binary, ['--host', '127.0.0.1', '--port', String(port), '--db-path', file], { stdio: 'ignore' })
    if (!(await answers(endpoint, 30_000))) throw new Error('dynoxide did not start.')
  }
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  await start()
  const dispose = async () => {
    await kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return { endpoint, kill, start, dispose }
}
