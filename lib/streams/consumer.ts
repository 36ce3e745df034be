import { checkSignal } from '../driver/signals.ts'
import { checkFlag, checkFunction, checkGiven, checkOptions } from '../errors.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { Change, ChangeKind, InvalidChange, OtherChange, View } from './change.ts'
import { identifierOf, recordsIn, type StreamEvent } from './event.ts'
import { type Actions, actionsOf } from './handlers.ts'
import { inOrder } from './in-order.ts'
import { InvalidEvent } from './invalid-event.ts'
import { type RawChange, rawChange } from './raw-change.ts'
import { invalid, Reader } from './reader.ts'
import { type LambdaContext, TimeLeft } from './time-left.ts'

/** Passed to a handler together with the change. */
export interface Scope {
  /** Aborted shortly before the function times out, and by `options.signal`. Pass it on to slow work. */
  readonly signal: AbortSignal
}

/** Handles a change. If it throws or rejects, the change is delivered again. */
export type Handler<C> = (change: C, scope: Scope) => unknown

/** The handlers for one model's changes. A change of a kind without a handler is skipped, and not decoded. */
type ModelHandlers<T extends ModelMap, Name extends keyof T, V extends View> = {
  readonly [K in ChangeKind]?: Handler<Change<T, V, Name, K>> | undefined
}

/** The handlers for a set's models: `Handlers<typeof app.models>`. */
export type Handlers<T extends ModelMap, V extends View = 'NEW_AND_OLD_IMAGES'> = {
  readonly [Name in keyof T]?: ModelHandlers<T, Name, V> | undefined
} & {
  /** Handles changes of rows of no model in the set. `() => {}` ignores them. */
  readonly other: Handler<OtherChange>
  /** Handles records that cannot be read, and rows that do not fit their model. Without it, such records fail. */
  readonly invalid?: Handler<InvalidChange> | undefined
}

export interface ConsumerOptions<V extends View> {
  /** The images in the table's stream. It determines the types of `before` and `after`. */
  readonly view?: V | undefined
  /**
   * How many items are handled at the same time: 1 by default. Changes of one item are never handled at the same time.
   */
  readonly concurrency?: number | undefined
  /**
   * How many milliseconds before the function times out the consumer starts nothing more and aborts the handlers'
   * signal. Half of that time later, it answers. Default: 1000, but at most a fifth of the function's time.
   */
  readonly reserve?: number | undefined
  /** Ends the consumer when it is aborted. Unfinished changes are delivered again. */
  readonly signal?: AbortSignal | undefined
  /**
   * Whether a failure is reported as a partial batch response, the default. The event source then needs
   * ReportBatchItemFailures: without it, Lambda takes the response for a success. If false, the consumer throws the
   * failure, and Lambda delivers the whole batch again.
   */
  readonly partial?: boolean | undefined
  /**
   * Called with the reason why a change will be delivered again, or why the consumer ended early. Default:
   * console.error.
   */
  readonly onError?: ((error: unknown, failed: { readonly sequence: string | undefined }) => unknown) | undefined
}

/** Tells Lambda, or a pipe, which records to deliver again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}

export type Consumer = (event: StreamEvent, context?: LambdaContext) => Promise<BatchResponse>

/**
 * Makes a handler for a Lambda function or a pipe's target, which passes each change to its model's handler. Changes of
 * one item are handled in order, one after the other. After a failure, the consumer starts no later change. It then
 * requests the failed change and all later ones again, but none before it.
 *
 * ```ts
 * export const handler = consumer(app, {
 *   Order: {
 *     created: ({ after }) => mail.confirm(after),
 *     modified: ({ before, after }, { signal }) => after.paid && !before.paid && ship(after, signal)
 *   },
 *   other: () => {}
 * }, { concurrency: 10 })
 * ```
 *
 * Throws InvalidRequest for handlers of an unknown model. The handler throws InvalidEvent for an event of another
 * service.
 */
export const consumer = <const T extends ModelMap, V extends View = 'NEW_AND_OLD_IMAGES'>(
  set: ModelSet<T>,
  handlers: NoInfer<Handlers<T, V>>, // TypeScript 5.4 would infer the models from the handlers
  options: ConsumerOptions<V> = {}
): Consumer => {
  const known = ['view', 'concurrency', 'reserve', 'signal', 'partial', 'onError'] as const
  checkOptions('consumer()', options, known)
  const reader = new Reader('consumer()', set, options.view)
  const actions = actionsOf(Object.keys(set.models), handlers)
  const { concurrency = 1, reserve, partial = true, onError = report } = options
  const isCount = Number.isSafeInteger(concurrency) && concurrency > 0
  checkGiven('consumer()', 'concurrency is a whole number from 1 on', concurrency, isCount)
  const isTime = reserve === undefined || reserve >= 0
  checkGiven('consumer()', 'reserve is a number of milliseconds from 0 on', reserve, isTime)
  checkFlag('consumer()', 'partial', partial)
  checkFunction('consumer()', onError, 'onError ')
  checkSignal(options.signal)

  return async (event, context) => {
    const records = recordsIn(event)
    const identifiers = records.map(record => identifierOf(record, Array.isArray(event)))
    const time = new TimeLeft(context, reserve, options.signal)
    const errors = new Map<number, unknown>()
    const tell = (error: unknown, place: number): void => {
      errors.set(place, error)
      // An error of the listener, or a rejection, has no effect.
      attempt(() => Promise.resolve(onError(error, { sequence: identifiers[place] })).catch(() => {}))
    }
    try {
      const { signal, lastMoment: patience } = time
      const stepAt = (place: number) => {
        const record = records[place]
        const raw = attempt(() => rawChange(record, place))
        const run = async (): Promise<void> => {
          try {
            await handle(reader, actions, record, raw, { signal })
          } catch (error) {
            tell(error, place)
            throw error
          }
        }
        return { item: 'value' in raw ? itemOf(raw.value) : undefined, run }
      }
      const done = await inOrder(records.length, stepAt, { concurrency, signal, patience })
      const first = done.indexOf(false)
      if (first < 0) return { batchItemFailures: [] }
      if (errors.size === 0) tell(signal.reason, first)
      if (!partial) throw errors.get(Math.min(...errors.keys()))
      return answer(identifiers, done, Array.isArray(event))
    } finally {
      time.release()
    }
  }
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown }

const attempt = <T>(act: () => T): Attempt<T> => {
  try {
    return { value: act() }
  } catch (error) {
    return { error }
  }
}

/** Handles one record. */
const handle = async (
  reader: Reader,
  actions: Actions,
  record: unknown,
  raw: Attempt<RawChange>,
  scope: Scope
): Promise<void> => {
  const found = attempt(() => {
    if ('error' in raw) throw raw.error
    const { change } = raw.value
    const owned = reader.ownerOf(raw.value)
    if (owned === undefined) return () => actions.other(change, scope)
    const action = actions.of(owned.model.name, change.kind)
    const typed = action && reader.changeOf(owned, raw.value)
    return () => typed && action(typed, scope)
  })
  if ('value' in found) await found.value()
  else if (actions.invalid === undefined) throw found.error
  else await actions.invalid(invalid(found.error, record, 'value' in raw ? raw.value.change : undefined), scope)
}

/** The key of a row as text, independent of the order of its attributes. */
const itemOf = ({ change: { key } }: RawChange): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * Lambda retries from the first failure on, so only that one is reported. For pipes this is undocumented, so all
 * unfinished records are reported.
 */
const answer = (
  identifiers: readonly (string | undefined)[],
  done: readonly boolean[],
  isPipe: boolean
): BatchResponse => {
  const places = [...done.keys()].filter(place => !done[place]).slice(0, isPipe ? undefined : 1)
  return {
    batchItemFailures: places.map(place => {
      const itemIdentifier = identifiers[place]
      if (itemIdentifier !== undefined) return { itemIdentifier }
      const what = isPipe ? 'eventID' : 'sequence number'
      throw new InvalidEvent(`Record ${place} of the event`, `failed, and has no ${what} to ask for it again by`, place)
    })
  }
}

const report: NonNullable<ConsumerOptions<View>['onError']> = (error, { sequence }) =>
  console.error(`consumer(): the change ${sequence ?? 'without a number'} is not done, and is asked for again:`, error)
