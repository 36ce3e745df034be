import { KeystormError } from '../errors.ts'

/** An event is another service's, or what should be a record of a change cannot be read as one. */
export class InvalidEvent extends KeystormError<'InvalidEvent'> {
  /** `what` is the event, or one of its records or lines, whose place `record` says. */
  constructor(what: string, problem: string, record?: number, options?: ErrorOptions) {
    super('InvalidEvent', `${what} ${problem}.`, { record }, options)
  }
}
