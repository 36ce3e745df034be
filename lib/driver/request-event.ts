import { setImmediate } from 'node:timers'
import { errorName, wordsOf } from '../errors.ts'
import type { Usage } from '../usage.ts'
import { addCosts, asking, noCosts } from './cost.ts'
import { type Meter, unmetered } from './meter.ts'
import { checkedOutput } from './output.ts'
import type { Operation, Operations, Sender } from './sender.ts'

/**
 * One request that was sent, and what came of it. It has no values of items: neither keys nor attributes, nor messages of
 * errors, which may quote them. Whoever wants those asks for them, by `values()`.
 */
export interface RequestEvent extends Omit<Usage, 'requests' | 'retries'> {
  readonly operation: Operation
  /** What the request was sent for: `'create'` of a PutItem, `'move'` of a GetItem. */
  readonly verb: string
  /** The names of the models whose items were asked for or written. */
  readonly models: readonly string[]
  readonly table: string
  readonly index: string | undefined
  /** What `.label()` of the builder was given. */
  readonly label: string | undefined
  /** Whether keystorm repeated a request that failed in passing, or of which something was left undone. */
  readonly isRetry: boolean
  /** How often the client sent it: its own retries are part of the request. */
  readonly attempts: number
  /** When it was sent, in milliseconds since 1970. */
  readonly startedAt: number
  /** How long it took, the client's own retries included. */
  readonly milliseconds: number
  /** The sizes of the bodies of all attempts that were answered; NaN where the client does not know them, as the SDK's. */
  readonly bytesSent: number
  readonly bytesReceived: number
  /** The name of the error, such as `ConditionalCheckFailedException`. */
  readonly error: string | undefined
  /** The input, the output and the error as they are: they hold what is stored. */
  values(): RequestValues
}

export interface RequestValues {
  readonly input: Operations[Operation]['input']
  readonly output: Operations[Operation]['output'] | undefined
  readonly error: unknown
}

/** Is told of each request. Nobody waits for it. */
export type OnRequest = (event: RequestEvent) => unknown

/** For what a command is sent. */
export interface Purpose {
  readonly verb: string
  readonly models: Iterable<{ readonly name: string }>
}

/** What is known of a request before it is sent. */
interface Facts<O extends Operation> extends Purpose {
  readonly operation: O
  readonly table: string
  readonly isRetry: boolean
  readonly label: string | undefined
}

/** Sends a command, counts it, and tells of it. */
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
    const given: unknown = await sender.request(operation, asking(operation, input), {
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
        index: (input as { readonly IndexName?: string }).IndexName, // of whatever operation
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

/** A sum of sizes, which nobody knows any more once one is not known, or is none. */
const plusSize = (sum: number | undefined, size: number): number =>
  Number.isFinite(size) && size >= 0 ? (sum ?? 0) + size : Number.NaN

/** The names of models, each once. */
const namesOf = (models: Purpose['models']): string[] => {
  const names: string[] = []
  for (const { name } of models) if (!names.includes(name)) names.push(name)
  return names
}

/**
 * Tells a handler of a request, once whoever awaits that has its answer, and in the same asynchronous context; but what it sends is
 * not what was metered.
 */
const tell = (handler: OnRequest, event: RequestEvent): void => {
  unmetered(() => setImmediate(call, handler, event)) // nextTick() is no cheaper, and in Workers comes before the answer
}

const call = async (handler: OnRequest, event: RequestEvent): Promise<void> => {
  try {
    await handler(event)
  } catch (error) {
    warn(handler, error)
  }
}

/** Handlers of which was said that they throw. */
const told = new WeakSet<OnRequest>()

/** What a handler throws is said once, and harms nothing. */
const warn = (handler: OnRequest, error: unknown): void => {
  if (told.has(handler)) return
  told.add(handler)
  process.emitWarning(`onRequest threw ${wordsOf(error)}`)
}
