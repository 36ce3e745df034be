import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** Ends the child by SIGKILL: engines sometimes survive SIGTERM, and have only memory to lose. */
export const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/**
 * Lets the program end while the engine runs. Drains the engine's output, since a full or closed pipe would end the
 * engine.
 */
export const letGo = (child: ChildProcess): void => {
  for (const stream of [child.stdout, child.stderr]) drain(stream)
  child.unref()
}

const drain = (stream: Readable | null): void => {
  stream?.removeAllListeners('data').resume()
  if (stream && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
}

const children = new Set<ChildProcess>()

const killAll = (): void => {
  for (const child of children) child.kill('SIGKILL')
}

/** Kills the child when this process ends, for whatever reason. */
export const killWithProcess = (child: ChildProcess): void => {
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
      // A listener keeps the signal from ending the process, so send it again unless the program has its own listener.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
  }
}
