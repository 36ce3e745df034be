import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, type Issue } from '../errors.ts'
import { Param, type ParamKind, writerFor } from '../keys/param.ts'

/** How many issues are collected: one value may have any number. */
const MAX_ISSUES = 10_000

/**
 * How much is encoded at most, in bytes, and what each value in a list or map counts beside its texts and bytes: more than an
 * item can have, whose exact size is known later. A value that holds another twice, twenty levels deep, is a million.
 */
const ROOM = 16 * 1024 * 1024
const NODE = 40

/** A list or map, and what it stands in. */
interface Holder {
  readonly holder: object
  readonly around: Holder | undefined
}

/** Collects everything that is wrong with an item while it is encoded. `path` says where the encoder is. */
export class Report {
  readonly issues: Issue[] = []
  readonly path: (string | number)[] = []
  /** Whether a default was needed that a function makes. A trial does not call it, and goes on without. */
  asksFunction = false

  /** The lists and maps around the present path, to find one that holds itself. */
  #holders: Holder | undefined
  #room = ROOM
  #isFull = false

  constructor(
    readonly isTrial = false,
    /** Whether values are to be compared with stored ones, not stored themselves: then they stay exact. */
    readonly isComparing = false
  ) {}

  /** Notes an issue at the present path, and gives the `undefined` that an encoder answers with. */
  fail(message: string): undefined {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path: [...this.path], message })
    else this.#isFull = true
    return undefined
  }

  /** Begins a list or map. False, with an issue, where it is nested too deeply, holds itself, or would be too much. */
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

  /** Whether there is room for one more value, and so many characters or bytes in it; if not, that is an issue, once. */
  fits(length = 0): boolean {
    this.#room -= NODE + length
    if (this.#room >= 0 && !this.#isFull) return true
    if (!this.#isFull) this.fail('is too much: an item has at most 400 KB')
    this.#isFull = true
    return false
  }

  /** At least as many bytes as what was encoded has: a character is at most three of UTF-8. */
  get mostBytes(): number {
    return 3 * (ROOM - this.#room)
  }

  /** Notes that a value is not what a field takes; of a param, gives what stands for its stored form. */
  misfit(value: unknown, expects: string, kind: ParamKind, hint = ''): AttributeValue | undefined {
    return value instanceof Param
      ? writerFor(value).value(value, kind, this.path)
      : this.fail(`must be ${expects}, but is ${describe(value)}${hint}`)
  }
}

/** Thrown by decoders: a stored value does not fit. Containers add where it stood, and the model makes it an error. */
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

/** Adds a step to a misfit's path, and hands any other error on as it is. */
export const within = (step: string | number, error: unknown): unknown =>
  error instanceof Misfit ? error.within(step) : error

/** DynamoDB nests values at most this deep, the item's own attributes being the first level. */
export const MAX_DEPTH = 32
