import { setImmediate } from 'node:timers'
import { errorName, wordsOf } from '../errors.ts'
import type { Usage } from '../usage.ts'
import { addCosts, noCosts, withCapacity } from './cost.ts'
import { type Meter, unmetered } from './meter.ts'
import { checkedOutput } from './output.ts'
import type { Operation, Operations, Sender } from './sender.ts'

/**
 * One request that was sent, and its outcome. It contains no values of items: no keys, attributes or error messages,
 * which may quote them. `values()` returns those.
 */
export interface RequestEvent extends Omit<Usage, 'requests' | 'retries'> {
  readonly operation: Operation
  /** The verb that sent the request: `'create'` for a PutItem, `'move'` for a GetItem. */
  readonly verb: string
  /** The names of the models whose items the request reads or writes. */
  readonly models: readonly string[]
  readonly table: string
  readonly index: string | undefined
  /** The argument of the builder's `.label()`. */
  readonly label: string | undefined
  /** Whether keystorm sent it again, after a transient failure or for unprocessed items. */
  readonly isRetry: boolean
  /** How often the client sent it: the client's own retries belong to the same event. */
  readonly attempts: number
  /** When it was sent, in milliseconds since 1970. */
  readonly startedAt: number
  /** The duration in milliseconds, including the client's own retries. */
  readonly milliseconds: number
  /** The body sizes of all answered attempts, in bytes; NaN if the client does not know them, as the SDK's does not. */
  readonly bytesSent: number
  readonly bytesReceived: number
  /** The name of the error, such as `ConditionalCheckFailedException`. */
  readonly error: string | undefined
  /** The input, output and error themselves, which contain stored values. */
  values(): RequestValues
}

export interface RequestValues {
  readonly input: Operations[Operation]['input']
  readonly output: Operations[Operation]['output'] | undefined
  readonly error: unknown
}

/** Handles the event of each request. keystorm does not wait for it. */
export type OnRequest = (event: RequestEvent) => unknown

/** The verb and models that a command is sent for. */
export interface Purpose {
  readonly verb: string
  readonly models: Iterable<{ readonly name: string }>
}

/** The facts about a request that are known before it is sent. */
interface Facts<O extends Operation> extends Purpose {
  readonly operation: O
  readonly table: string
  readonly isRetry: boolean
  readonly label: string | undefined
}

/** Sends a command, counts it, and reports it to the handler. */
export const sendWatched = async <O extends Operation>(
  sender: Sender,
  input: Operations[O]['input'],
  abortSignal: AbortSignal | undefined,
  facts: Facts<O>,
  meter: Meter | undefined,
  onRequest: OnRequest | undefined
): Promise<Operations[O]['output']> => {
  const { operation, isRetry } = facts
  meter?.start(operation, isRetry)
  let attempts = 1
  const startedAt = Date.now()
  const since = performance.now()
  let bytesSent: number | undefined
  let bytesReceived: number | undefined
  let output: Operations[O]['output'] | undefined
  let error: unknown
  try {
    const given: unknown = await sender.request(operation, withCapacity(operation, input), {
      abortSignal,
      onRetry() {
        meter?.start(operation, true)
        attempts++
      },
      onBytes(sent, received) {
        bytesSent = plusSize(bytesSent, sent)
        bytesReceived = plusSize(bytesReceived, received)
      }
    })
    output = checkedOutput(operation, given)
    meter?.finish(operation, output)
    return output
  } catch (thrown) {
    error = thrown
    throw thrown
  } finally {
    if (onRequest !== undefined) {
      const costs = noCosts()
      if (output !== undefined) addCosts(costs, operation, output)
      tell(onRequest, {
        operation,
        verb: facts.verb,
        models: namesOf(facts.models),
        index: (input as { readonly IndexName?: string }).IndexName, // of any operation
        table: facts.table,
        label: facts.label,
        isRetry,
        attempts,
        startedAt,
        milliseconds: performance.now() - since,
        bytesSent: bytesSent ?? Number.NaN,
        bytesReceived: bytesReceived ?? Number.NaN,
        itemsRead: costs.itemsRead,
        itemsReturned: costs.itemsReturned,
        readUnits: costs.readUnits,
        writeUnits: costs.writeUnits,
        tables: costs.tables,
        error: output === undefined ? errorName(error) : undefined,
        values: () => ({ input, output, error })
      })
    }
  }
}

/** A sum of sizes. One unknown or invalid size makes the sum NaN. */
const plusSize = (sum: number | undefined, size: number): number =>
  Number.isFinite(size) && size >= 0 ? (sum ?? 0) + size : Number.NaN

/** The names of models, without duplicates. */
const namesOf = (models: Purpose['models']): string[] => {
  const names: string[] = []
  for (const { name } of models) if (!names.includes(name)) names.push(name)
  return names
}

/**
 * Calls the handler after the request's awaiter has its answer, in the same asynchronous context, but outside of its
 * meters.
 */
const tell = (handler: OnRequest, event: RequestEvent): void => {
  unmetered(() => setImmediate(call, handler, event)) // no slower than nextTick(), which in Workers runs before the awaiter
}

const call = async (handler: OnRequest, event: RequestEvent): Promise<void> => {
  try {
    await handler(event)
  } catch (error) {
    warn(handler, error)
  }
}

/** The handlers whose error was reported. */
const told = new WeakSet<OnRequest>()

/** Reports the first error of a handler as a warning, and ignores the others. */
const warn = (handler: OnRequest, error: unknown): void => {
  if (told.has(handler)) return
  told.add(handler)
  process.emitWarning(`onRequest threw ${wordsOf(error)}`)
}
