import { checkGiven, errorName, isRefusal, NoTable } from '../errors.ts'
import { type Clock, textOf } from '../keys/param.ts'
import { type Client, senderOf } from './client.ts'
import { currentMeter } from './meter.ts'
import { checkedOutput } from './output.ts'
import { type OnRequest, type Purpose, sendWatched } from './request-event.ts'
import type { Operation, Operations } from './sender.ts'
import { Stop } from './signals.ts'

/** How to send a command to a table. */
export interface TargetOptions extends Purpose {
  /** The caller's signal. The request leaves no listener on it. */
  readonly signal?: AbortSignal | undefined
  /** Ends this one request, and replaces `signal`. */
  readonly stop?: Stop | undefined
  /** Whether the command repeats one that failed or was partly unprocessed. */
  readonly isRetry?: boolean
}

/** The options of `connect()`. */
export interface Connection {
  readonly table?: string | undefined
  readonly client?: Client | undefined
  readonly onRequest?: OnRequest | undefined
  readonly clock?: Clock | undefined
}

/** The table and client of one builder. */
export class Target {
  readonly table: string | undefined
  readonly connected: Connection
  readonly label: string | undefined

  constructor(connected: Connection, label?: string) {
    this.table = connected.table
    this.connected = connected
    this.label = label
  }

  /** A copy whose requests have a label. Throws InvalidRequest. */
  labelled(label: string): Target {
    checkGiven('label()', 'takes a text', label, typeof label === 'string' && label !== '')
    return new Target(this.connected, label)
  }

  /** Whether both send to the same table by the same client. */
  isSame(other: Target): boolean {
    return this.table === other.table && this.connected.client === other.connected.client
  }

  /**
   * Sends a command to the table. Throws NoTable if there is none, the reason of an aborted signal, and the client's
   * errors.
   */
  async send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    { signal, stop = signal && new Stop(signal), isRetry = false, verb, models }: TargetOptions
  ): Promise<Operations[O]['output']> {
    try {
      const table = textOf(this.table)
      if (typeof table !== 'string' || table === '') throw new NoTable()
      const abortSignal = stop?.signal
      abortSignal?.throwIfAborted()
      const { client, onRequest } = this.connected
      const sender = senderOf(client)
      const meter = currentMeter()
      return await (meter === undefined && onRequest === undefined
        ? checkedOutput(operation, await sender.request(operation, input, { abortSignal }))
        : sendWatched(
            sender,
            input,
            abortSignal,
            { operation, verb, models, label: this.label, table, isRetry },
            meter,
            onRequest
          ))
    } catch (error) {
      if (stop?.signal.aborted && errorName(error) === 'AbortError') throw stop.signal.reason
      if (isRefusal(error, 'ResourceNotFoundException')) throw new NoTable(this.table, { cause: error })
      throw error
    } finally {
      stop?.release()
    }
  }
}

/** The plan of a builder, with a label for its requests. Throws InvalidRequest. */
export const labelled = <Plan extends { readonly target: Target }>(plan: Plan, label: string): Plan => ({
  ...plan,
  target: plan.target.labelled(label)
})

/** The table's name, for a request that cannot be built without it. Throws NoTable. */
export const tableOf = ({ table }: Target): string => {
  if (table === undefined) throw new NoTable()
  return table
}
