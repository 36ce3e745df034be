import { type DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { NoTable } from '../errors.ts'
import { textOf } from '../keys/param.ts'
import { defaultClient, type Operation, type Operations, type SendOptions, senderOf } from './client.ts'
import { currentPlace, type Place } from './context.ts'

/** The table and client that one builder was made for. */
export class Target {
  readonly table: string | undefined
  readonly #client: DynamoDBClient | undefined

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
   * errors are the SDK's.
   */
  async send<O extends Operation>(
    operation: O,
    input: Operations[O]['input'],
    options?: SendOptions
  ): Promise<Operations[O]['output']> {
    if (textOf(this.table) === undefined) throw new NoTable()
    const signal = options?.abortSignal
    signal?.throwIfAborted()
    try {
      return await senderOf(this.#client ?? defaultClient()).send(operation, input, options)
    } catch (error) {
      if (signal?.aborted && error instanceof Error && error.name === 'AbortError') throw signal.reason
      if (error instanceof ResourceNotFoundException) throw new NoTable(this.table, { cause: error })
      throw error
    }
  }
}

/** The target of a builder made now: the innermost withTable, else what connect was given, else DB_TABLE_NAME. */
export const targetOf = (connected: Target, place: Place): Target => {
  const current = currentPlace()
  if (current !== undefined) return new Target({ table: current.table, client: current.client ?? place.client })
  return place.table !== undefined
    ? connected
    : new Target({ table: process.env.DB_TABLE_NAME || undefined, client: place.client })
}
