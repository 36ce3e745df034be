import { isRefusal, NoTable } from '../errors.ts'
import { textOf } from '../keys/param.ts'
import { type Client, senderOf } from './client.ts'
import { currentPlace, type Place } from './context.ts'
import { currentMeter } from './meter.ts'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'
import { Stop } from './signals.ts'

/** How a command is sent to a table. */
interface TargetOptions {
  /** Whose, for what the request is sent: nothing is left on it. */
  readonly signal?: AbortSignal | undefined
  /** What may end this very request, in the place of a signal. */
  readonly stop?: Stop
  /** Whether the command repeats one that failed, or was left undone in part. */
  readonly isRetry?: boolean
}

/** The table and client that one builder was made for. */
export class Target {
  readonly table: string | undefined
  readonly #client: Client | undefined

  constructor({ table, client }: Place) {
    this.table = table
    this.#client = client
  }

  /** Whether what goes to the one goes to the other. */
  isSame(other: Target): boolean {
    return this.table === other.table && this.#client === other.#client
  }

  /**
   * Sends a command to the table. Throws NoTable if there is none, and the reason of a signal that is aborted; other
   * errors are the client's.
   */
  async send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    { signal, stop = signal && new Stop(signal), isRetry = false }: TargetOptions = {}
  ): Promise<Operations[O]['output']> {
    try {
      if (textOf(this.table) === undefined) throw new NoTable()
      stop?.signal.throwIfAborted()
      return await sendCounted(senderOf(this.#client), operation, input, { abortSignal: stop?.signal }, isRetry)
    } catch (error) {
      if (stop?.signal.aborted && error instanceof Error && error.name === 'AbortError') throw stop.signal.reason
      if (isRefusal(error, 'ResourceNotFoundException')) throw new NoTable(this.table, { cause: error })
      throw error
    } finally {
      stop?.release()
    }
  }
}

/** Sends a command, and counts it where it is sent inside of `metered`. */
const sendCounted = async <O extends Operation>(
  sender: Sender,
  operation: O,
  input: Operations[O]['input'],
  options: SendOptions,
  isRetry: boolean
): Promise<Operations[O]['output']> => {
  const meter = currentMeter()
  if (meter === undefined) return sender.request(operation, input, options)
  meter.start(operation, isRetry)
  const onRetry = () => meter.start(operation, true)
  const output = await sender.request(operation, meter.asking(operation, input), { ...options, onRetry })
  meter.finish(operation, output)
  return output
}

/** The target of a builder made now: the innermost withTable, else what connect was given, else DB_TABLE_NAME. */
export const targetOf = (connected: Target, place: Place): Target => {
  const current = currentPlace()
  if (current !== undefined) return new Target({ table: current.table, client: current.client ?? place.client })
  return place.table !== undefined
    ? connected
    : new Target({ table: process.env.DB_TABLE_NAME || undefined, client: place.client })
}
