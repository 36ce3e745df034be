import { checkGiven, errorName, isRefusal, NoTable } from '../errors.ts'
import { type Clock, textOf } from '../keys/param.ts'
import { senderOf } from './client.ts'
import { currentPlace, type Place } from './context.ts'
import { currentMeter } from './meter.ts'
import { checkedOutput } from './output.ts'
import { type OnRequest, type Purpose, sendWatched } from './request-event.ts'
import type { Operation, Operations } from './sender.ts'
import { Stop } from './signals.ts'

/** How a command is sent to a table. */
export interface TargetOptions extends Purpose {
  /** Whose, for what the request is sent: nothing is left on it. */
  readonly signal?: AbortSignal | undefined
  /** What may end this very request, in the place of a signal. */
  readonly stop?: Stop | undefined
  /** Whether the command repeats one that failed, or was left undone in part. */
  readonly isRetry?: boolean
}

/** What `connect` is given. */
export interface Connected extends Place {
  readonly onRequest?: OnRequest | undefined
  readonly clock?: Clock | undefined
}

/** The table and client that one builder was made for. */
export class Target {
  readonly table: string | undefined
  readonly connected: Connected
  readonly label: string | undefined

  constructor(connected: Connected, label?: string) {
    this.table = connected.table
    this.connected = connected
    this.label = label
  }

  /** The same, for requests with a label. Throws InvalidRequest. */
  labelled(label: string): Target {
    checkGiven('label()', 'takes a text', label, typeof label === 'string' && label !== '')
    return new Target(this.connected, label)
  }

  /** Whether what goes to the one goes to the other. */
  isSame(other: Target): boolean {
    return this.table === other.table && this.connected.client === other.connected.client
  }

  /**
   * Sends a command to the table. Throws NoTable if there is none, and the reason of a signal that is aborted; other
   * errors are the client's.
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

/** The target of a builder made now: the innermost withTable, else what connect was given, else DB_TABLE_NAME. */
export const targetOf = (connected: Target, place: Connected): Target => {
  const current = currentPlace()
  if (current !== undefined)
    return new Target({ ...place, table: current.table, client: current.client ?? place.client })
  return place.table !== undefined ? connected : new Target({ ...place, table: process.env.DB_TABLE_NAME || undefined })
}
