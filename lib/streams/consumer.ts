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

/** What a handler is given beside the change. */
export interface Scope {
  /** Aborted shortly before the function's time is up, and by `options.signal`: to be given on to what takes its time. */
  readonly signal: AbortSignal
}

/** Does what a change asks for. What it throws, or rejects with, means that the change is to be given again. */
export type Handler<C> = (change: C, scope: Scope) => unknown

/** What is done for the changes of one model. Those of a kind without a handler are passed over, unread. */
export type ModelHandlers<T extends ModelMap, Name extends keyof T, V extends View> = {
  readonly [K in ChangeKind]?: Handler<Change<T, V, Name, K>> | undefined
}

/** What a consumer is given for a set's models: `Handlers<typeof app.models>`. */
export type Handlers<T extends ModelMap, V extends View = 'NEW_AND_OLD_IMAGES'> = {
  readonly [Name in keyof T]?: ModelHandlers<T, Name, V> | undefined
} & {
  /** Changes of rows that are none of the set's models'. `() => {}` passes them over. */
  readonly other: Handler<OtherChange>
  /** Records that cannot be read, and rows that do not fit their model. Without it, they fail. */
  readonly invalid?: Handler<InvalidChange> | undefined
}

export interface ConsumerOptions<V extends View> {
  /** Which images the stream of the table has, which decides the types of `before` and `after`. */
  readonly view?: V | undefined
  /** How many items are worked on at the same time: one, unless this says otherwise. Those of one item never are. */
  readonly concurrency?: number | undefined
  /**
   * How many milliseconds before the function's end nothing more is begun and the handlers' signal is aborted; half of it
   * later the answer is given. A second, or a fifth of the function's time, unless this says otherwise.
   */
  readonly reserve?: number | undefined
  /** Ends it when it is aborted: what is not done is asked for again. */
  readonly signal?: AbortSignal | undefined
  /**
   * Whether the answer is a partial one, for an event source with ReportBatchItemFailures, without which Lambda takes it for
   * a success. If this is false, a failure is thrown, and Lambda gives the whole batch again.
   */
  readonly partial?: boolean | undefined
  /** Is told why a change is to be given again, or why it all ended early. Unless it is given, console.error is. */
  readonly onError?: ((error: unknown, failed: { readonly sequence: string | undefined }) => unknown) | undefined
}

/** What tells Lambda, or a pipe, which changes are to be given again. */
export interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[]
}

export type Consumer = (event: StreamEvent, context?: LambdaContext) => Promise<BatchResponse>

/**
 * A Lambda handler, for a function or a pipe's target, that does for each change what its model's handler does. Changes of one
 * item are handled in their order, each when the one before is done. Where one fails, none behind it is begun any more, and it
 * and what is behind it is asked for again; what stands before it is not.
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
 * Throws InvalidRequest for handlers of no model. The handler throws InvalidEvent for an event of another service.
 */
export const consumer = <const T extends ModelMap, V extends View = 'NEW_AND_OLD_IMAGES'>(
  set: ModelSet<T>,
  handlers: NoInfer<Handlers<T, V>>, // TypeScript 5.4 would take the models from these
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
      // Who listens changes nothing, nor does one that is asynchronous.
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

/** Does what a record asks for. */
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

/** The key of a row, whatever the order of its attributes. */
const itemOf = ({ change: { key } }: RawChange): string =>
  JSON.stringify(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))

/**
 * Lambda goes back to the first failure, and so is told no other. Of pipes nobody says whether they do, so they are told all
 * that is left.
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
  console.error(`consumer(): the change ${sequence} is not done, and is asked for again:`, error)
