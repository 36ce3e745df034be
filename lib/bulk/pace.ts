import type { Usage } from '../usage.ts'
import { Bucket, type Rates } from './rate.ts'

/** Keeps requests within the rates. */
export class Pace {
  readonly #read: Bucket | undefined
  readonly #write: Bucket | undefined
  readonly #usage: () => Usage
  #readUnits = 0
  #writeUnits = 0
  #reserved = 0
  #things = 0

  constructor({ readUnits, writeUnits }: Rates, usage: () => Usage) {
    this.#read = readUnits === undefined ? undefined : new Bucket(readUnits)
    this.#write = writeUnits === undefined ? undefined : new Bucket(writeUnits)
    this.#usage = usage
  }

  /** Returns a function that delays a page until its units are available; `undefined` if there is no read rate. */
  reading(signal: AbortSignal) {
    const bucket = this.#read
    if (bucket === undefined) return undefined
    return async <T>(request: () => Promise<T>): Promise<T> => {
      const reserved = await bucket.take(1, signal)
      const result = await request()
      const { readUnits } = this.#usage()
      bucket.settle(1, reserved, readUnits - this.#readUnits)
      this.#readUnits = readUnits
      return result
    }
  }

  /** Waits until this many writes may be sent. */
  async writing(things: number, signal: AbortSignal): Promise<void> {
    if (this.#write === undefined) return
    const reserved = await this.#write.take(things, signal)
    this.#reserved += reserved
    this.#things += things
  }

  /** Settles writes that are done or refused. DynamoDB does not report the units of a refused write. */
  written(things: number, refused: number): void {
    if (this.#write === undefined || this.#things === 0 || things === 0) return
    const { writeUnits } = this.#usage()
    const reserved = (this.#reserved * things) / this.#things
    this.#write.settle(things, reserved, writeUnits - this.#writeUnits + refused)
    this.#reserved -= reserved
    this.#things -= things
    this.#writeUnits = writeUnits
  }
}
