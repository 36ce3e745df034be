import { KeystormError } from '../errors.ts'

/** The event is of another service, or one of its records or lines cannot be read as a change. */
export class InvalidEvent extends KeystormError<'InvalidEvent'> {
  /** `what` names the event, the record or the line; `record` is its position. */
  constructor(what: string, problem: string, record?: number, options?: ErrorOptions) {
    super('InvalidEvent', `${what} ${problem}.`, { record }, options)
  }
}
