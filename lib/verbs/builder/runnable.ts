import { INSPECT, type Inspected } from '../../fields/kinds.ts'
import type { OnRejected } from './if-runnable.ts'
import { shown } from './inspect.ts'

/** A builder that runs when it is awaited; awaited again, it runs again. */
export abstract class Runnable<Result> implements PromiseLike<Result> {
  /** What it sends, for those who print it. */
  protected abstract get operation(): string

  /** For console.log(): the command that it would send. */
  [INSPECT](...[, options, print]: Inspected): string {
    return shown(this.operation, this, options, print)
  }

  /** Sends the command. */
  protected abstract run(): Promise<Result>

  /** What `await` calls: runs it, and again each time. */
  then<Value = Result, Failure = never>(
    onfulfilled?: ((result: Result) => Value | PromiseLike<Value>) | null,
    onrejected?: OnRejected<Failure> | null
  ): Promise<Value | Failure> {
    return this.run().then(onfulfilled, onrejected)
  }

  /** Runs it, and handles what it throws. */
  catch<Failure = never>(onrejected?: OnRejected<Failure> | null): Promise<Result | Failure> {
    return this.run().catch(onrejected)
  }

  /** Runs it, and does something however that ends. */
  finally(onfinally?: (() => void) | null): Promise<Result> {
    return this.run().finally(onfinally)
  }
}
