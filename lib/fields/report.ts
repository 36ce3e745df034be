import type { Issue } from '../errors.ts'

/** Collects everything that is wrong with an item while it is encoded. `path` says where the encoder is. */
export class Report {
  readonly issues: Issue[] = []
  readonly path: (string | number)[] = []

  /** Notes an issue at the present path, and gives the `undefined` that an encoder answers with. */
  fail(message: string): undefined {
    this.issues.push({ path: [...this.path], message })
    return undefined
  }
}

/** Thrown by decoders: a stored value does not fit. Containers add where it stood, and the model makes it an error. */
export class Misfit {
  readonly path: (string | number)[] = []

  constructor(readonly problem: string) {}

  within(step: string | number): this {
    this.path.unshift(step)
    return this
  }
}

/** Adds a step to a misfit's path, and hands any other error on as it is. */
export const within = (step: string | number, error: unknown): unknown =>
  error instanceof Misfit ? error.within(step) : error
