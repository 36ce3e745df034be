import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

// Engines survive SIGTERM at times, and hold nothing but memory: so no half measures.
export const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Lets the program end while its engine runs. Nobody reads its output any more, but it must not die on a full or closed pipe. */
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

/** Ends the child when this process ends, whatever ends it. */
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
      // A listener stops the signal from ending the process: send it again unless the program has its own.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
    })
  }
}
