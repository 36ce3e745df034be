import { AsyncLocalStorage } from 'node:async_hooks'
import { BudgetExceeded, checkFunction, checkGiven, checkOptions } from '../errors.ts'
import type { Usage } from '../usage.ts'
import { addCosts, kindOf, noCosts } from './cost.ts'
import type { Incomplete, NotReady } from './not-ready.ts'
import type { Operation } from './sender.ts'

/** The most that metered() may use. Omitted limits are unbounded. */
export interface Budget {
  /** The most requests to send, including retries. */
  readonly maxRequests?: number
  /** After this many read units, nothing more is read. */
  readonly maxReadUnits?: number
  /** After this many write units, nothing more is written. */
  readonly maxWriteUnits?: number
}

// Created by the first metered(): on Node 20, every `await` of a program costs more once a storage exists.
let storage: AsyncLocalStorage<Meter | undefined> | undefined

/** The meter of the innermost metered() around the caller. */
export const currentMeter = (): Meter | undefined => storage?.getStore()

/** Runs `act` outside of every metered() around the caller. */
export const unmetered = (act: () => unknown): unknown => (storage ? storage.run(undefined, act) : act())

/** Wraps a listener: whenever it is called, its requests count for the meters that surround this call. */
export const metersAsHere = <News>(listener: (news: News) => unknown): ((news: News) => unknown) => {
  const meter = currentMeter()
  return news => (storage ? storage.run(meter, () => listener(news)) : listener(news))
}

/** A builder that cannot run cannot be metered. */
export function metered<Problem extends string>(
  fn: (usage: () => Usage) => Incomplete<Problem>,
  budget?: Budget
): NotReady<Problem>
/**
 * Runs `fn` and counts its requests, retries and items, and the consumed units of each table and index, as DynamoDB
 * reports them. This includes anything `fn` awaits, but not concurrent tasks. A nested meter counts for the outer one
 * too. A builder counts where it is awaited, wherever it was made. Once the budget is spent, nothing more is sent.
 *
 * `fn` receives a function that returns the usage so far, which also helps if `fn` throws.
 *
 * ```ts
 * const { result, usage } = await metered(() => db.query(Fruit).where(key), { maxReadUnits: 100 })
 * usage.readUnits
 * ```
 *
 * @throws BudgetExceeded, with the usage, before the request that exceeds the budget. InvalidRequest. Any error of
 * `fn`.
 */
export function metered<T>(
  fn: (usage: () => Usage) => T | PromiseLike<T>,
  budget?: Budget
): Promise<{ result: T; usage: Usage }>
export function metered(fn: (usage: () => Usage) => unknown, budget: Budget = {}): unknown {
  return run(checkFunction('metered()', fn), budget)
}

const run = async (fn: (usage: () => Usage) => unknown, budget: Budget): Promise<{ result: unknown; usage: Usage }> => {
  storage ??= new AsyncLocalStorage()
  const meter = new Meter(checked(budget), storage.getStore())
  const usage = () => meter.usage()
  const result = await storage.run(meter, async () => await fn(usage))
  return { result, usage: usage() }
}

const LIMITS = ['maxRequests', 'maxReadUnits', 'maxWriteUnits'] as const

const checked = (given: Budget): Budget => {
  checkOptions('metered()', given, LIMITS)
  const budget = { ...given }
  for (const name of LIMITS) {
    const max = budget[name]
    const isFine = max === undefined || (typeof max === 'number' && max >= 0)
    checkGiven('metered()', `${name} must be a number from 0 on`, max, isFine)
  }
  return budget
}

export class Meter {
  readonly #budget: Budget
  readonly #parent: Meter | undefined
  readonly #costs = noCosts()
  #requests = 0
  #retries = 0

  constructor(budget: Budget, parent: Meter | undefined) {
    this.#budget = budget
    this.#parent = parent
  }

  /** Counts a request before it is sent. Throws BudgetExceeded. */
  start(operation: Operation, isRetry: boolean): void {
    this.#check(operation)
    for (let meter: Meter | undefined = this; meter; meter = meter.#parent) {
      meter.#requests++
      if (isRetry) meter.#retries++
    }
  }

  #check(operation: Operation): void {
    const kind = kindOf(operation)
    const { maxRequests, maxReadUnits, maxWriteUnits } = this.#budget
    if (maxRequests !== undefined && this.#requests + 1 > maxRequests) this.#refuse('maxRequests', maxRequests)
    if (kind === 'read' && maxReadUnits !== undefined && this.#costs.readUnits >= maxReadUnits)
      this.#refuse('maxReadUnits', maxReadUnits)
    if (kind === 'write' && maxWriteUnits !== undefined && this.#costs.writeUnits >= maxWriteUnits)
      this.#refuse('maxWriteUnits', maxWriteUnits)
    const parent = this.#parent
    if (parent) parent.#check(operation)
  }

  #refuse(limit: (typeof LIMITS)[number], max: number): never {
    throw new BudgetExceeded(limit, max, this.usage())
  }

  /** Counts the cost that an output reports. */
  finish(operation: Operation, answer: object): void {
    for (let meter: Meter | undefined = this; meter; meter = meter.#parent) addCosts(meter.#costs, operation, answer)
  }

  usage(): Usage {
    return structuredClone({ requests: this.#requests, retries: this.#retries, ...this.#costs })
  }
}
