import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe, type Issue } from '../errors.ts'
import { Param, type ParamKind, writerFor } from '../keys/param.ts'

/** Collects everything that is wrong with an item while it is encoded. `path` says where the encoder is. */
export class Report {
  readonly issues: Issue[] = []
  readonly path: (string | number)[] = []
  /** Whether a default was needed that a function makes. A trial does not call it, and goes on without. */
  asksFunction = false

  constructor(
    readonly isTrial = false,
    /** Whether values are to be compared with stored ones, not stored themselves: then they stay exact. */
    readonly isComparing = false
  ) {}

  /** Notes an issue at the present path, and gives the `undefined` that an encoder answers with. */
  fail(message: string): undefined {
    this.issues.push({ path: [...this.path], message })
    return undefined
  }

  /** Notes that a value is not what a field takes; of a param, gives what stands for its stored form. */
  misfit(value: unknown, expects: string, kind: ParamKind): AttributeValue | undefined {
    return value instanceof Param
      ? writerFor(value).value(value, kind, this.path)
      : this.fail(`must be ${expects}, but is ${describe(value)}`)
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

/** Whether a list or map at the report's path would be nested too deeply; if so, that is an issue. */
export const tooDeep = (report: Report): boolean => {
  if (report.path.length <= MAX_DEPTH) return false
  report.fail(`is nested deeper than ${MAX_DEPTH} levels`)
  return true
}
