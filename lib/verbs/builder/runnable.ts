import { INSPECT, type Inspected } from '../../fields/inspect.ts'
import type { OnRejected } from './if-runnable.ts'
import { shown } from './inspect.ts'

/** A builder that runs when it is awaited. Each `await` runs it again. */
export abstract class Runnable<Result> implements PromiseLike<Result> {
  /** The operation that it sends, for printing. */
  protected abstract get operation(): string

  /** Prints for console.log() the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown(this.operation, this, options, print)
  }

  /** Sends the command. */
  protected abstract run(): Promise<Result>

  /** Runs the builder. `await` calls this, each time. */
  then<Value = Result, Failure = never>(
    onfulfilled?: ((result: Result) => Value | PromiseLike<Value>) | null,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return this.run().then(onfulfilled, onrejected)
  }

  /** Runs the builder and handles its error. */
  catch<Failure = never>(onrejected?: OnRejected<Failure> | null): Promise<Result | Failure> {
    return this.run().catch(onrejected)
  }

  /** Runs the builder and then calls the handler, whether it succeeded or failed. */
  finally(onfinally?: (() => void) | null): Promise<Result> {
    return this.run().finally(onfinally)
  }
}
