import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, type Issue } from '../errors.ts'
import { Param, type ParamKind, writerFor } from '../keys/param.ts'

/** The most issues to collect: one value can have any number. */
const MAX_ISSUES = 10_000

/**
 * The most bytes to encode, and the bytes that each value in a list or map counts beside its text. The limit is far
 * more than an item can have, whose exact size is checked later. It stops values that grow as they are encoded: one
 * that holds another twice, twenty levels deep, becomes a million values.
 */
const ROOM = 16 * 1024 * 1024
const NODE = 40

/** A list or map, and the one around it. */
interface Holder {
  readonly holder: object
  readonly around: Holder | undefined
}

/** Collects all issues of an item while it is encoded. `path` is the encoder's current position. */
export class Report {
  static readonly alive: object = new Report()
  readonly issues: Issue[] = []
  readonly path: (string | number)[] = []
  /** Whether a default function was needed. A trial does not call it, and continues without the value. */
  asksFunction = false

  /** The lists and maps around the current path, to find one that holds itself. */
  #holders: Holder | undefined
  #room = ROOM
  #isFull = false

  constructor(
    readonly isTrial = false,
    /** Whether values are compared with stored ones, not stored. Then they stay exact. */
    readonly isComparing = false
  ) {}

  /** Reports an issue at the current path. Returns `undefined`, which encoders return for it. */
  fail(message: string): undefined {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path: [...this.path], message })
    else this.#isFull = true
    return undefined
  }

  /**
   * Begins a list or map. `false`, with an issue, if it is nested too deeply, holds itself, or makes the item too
   * large.
   */
  enter(holder: object): boolean {
    if (this.#isInside(holder)) this.fail('is cyclic: it holds itself')
    else if (this.path.length > MAX_DEPTH) this.fail(`is nested deeper than ${MAX_DEPTH} levels`)
    else if (this.fits()) {
      this.#holders = { holder, around: this.#holders }
      return true
    }
    return false
  }

  leave(): void {
    this.#holders = this.#holders?.around
  }

  #isInside(holder: object): boolean {
    for (let at = this.#holders; at !== undefined; at = at.around) if (at.holder === holder) return true
    return false
  }

  /** Whether there is room for one more value with this many characters or bytes. If not, it reports that once. */
  fits(length = 0): boolean {
    this.#room -= NODE + length
    if (this.#room >= 0 && !this.#isFull) return true
    if (!this.#isFull) this.fail('is too much: an item has at most 400 KB')
    this.#isFull = true
    return false
  }

  /** An upper bound of the encoded bytes: a UTF-16 unit is at most three bytes of UTF-8. */
  get mostBytes(): number {
    return 3 * (ROOM - this.#room)
  }

  /**
   * Reports that a value does not fit the field. For a param, it returns the writer's placeholder of the stored form.
   */
  misfit(value: unknown, expects: string, kind: ParamKind, hint = ''): AttributeValue | undefined {
    return value instanceof Param
      ? writerFor(value).value(value, kind, this.path)
      : this.fail(`must be ${expects}, but is ${describe(value)}${hint}`)
  }
}

/** The problem of a required attribute that a stored item lacks. */
export const IS_MISSING = 'is missing'

/** A stored value that does not fit. Decoders throw it, containers add the path, and the model makes an error of it. */
export class Misfit {
  readonly path: (string | number)[]

  constructor(
    readonly problem: string,
    path: Issue['path'] = []
  ) {
    this.path = [...path]
  }

  within(step: string | number): this {
    this.path.unshift(step)
    return this
  }
}

/**
 * Adds a step to a misfit's path. Other errors pass unchanged. `stored` is what was read there: clients of other makers
 * may give null or undefined, which decoders do not check for on the fast path.
 */
export const within = (step: string | number, error: unknown, stored: unknown): unknown => {
  if (error instanceof Misfit) return error.within(step)
  if (stored !== null && stored !== undefined) return error
  return new Misfit(`a stored value was expected, but there is ${describe(stored)}`, [step])
}

/** DynamoDB's limit of nested levels. The item's own attributes are the first. */
export const MAX_DEPTH = 32
