import { KeystormError } from './error.ts'

/** A model definition that cannot work. It is thrown when the model is made or first used. */
export class InvalidModel extends KeystormError<'InvalidModel'> {
  constructor(model: string, problem: string) {
    super('InvalidModel', `${model}: ${problem}.`, { model })
  }
}

/** Two models could claim the same item. */
export class KeyCollision extends KeystormError<'KeyCollision'> {
  constructor(
    models: readonly [string, string],
    templates: readonly [string, string],
    advice = 'Give one of them another suffix or another identifier'
  ) {
    const [first, second] = models
    super(
      'KeyCollision',
      `${first} and ${second} could claim the same item: ${first} is stored under ${templates[0]}, ${second} under ` +
        `${templates[1]}. ${advice}.`,
      { models }
    )
  }
}

/** A value cannot stand in a key, or the key is longer than DynamoDB allows. */
export class InvalidKey extends KeystormError<'InvalidKey'> {
  constructor(model: string, key: string, problem: string, attribute?: string) {
    super('InvalidKey', `${model}.${key}: ${problem}.`, attribute ? { model, key, attribute } : { model, key })
  }
}

/** A call has an argument that cannot work, such as `limit(0.5)`. */
export class InvalidRequest extends KeystormError<'InvalidRequest'> {
  constructor(model: string, problem: string, options?: ErrorOptions) {
    super('InvalidRequest', `${model}: ${problem}.`, { model }, options)
  }
}

/**
 * A query lacks a part of its partition key, has a gap in its sort key, or names an attribute that is not in the key.
 */
export class IncompleteQuery extends KeystormError<'IncompleteQuery'> {
  constructor(model: string, sentence: string, attribute: string) {
    super('IncompleteQuery', `${sentence}.`, { model, attribute })
  }
}

/** The cursor belongs to another query, or it was changed. */
export class InvalidCursor extends KeystormError<'InvalidCursor'> {
  constructor(model: string) {
    super(
      'InvalidCursor',
      `${model}: this cursor does not belong to this query, or it was changed: give page() a cursor of the same query.`,
      { model }
    )
  }
}

/**
 * A builder holds a param, whose value only a state machine knows. It cannot be sent from the program, and nothing was
 * sent.
 */
export class Unsendable extends KeystormError<'Unsendable'> {
  constructor(param: string) {
    super(
      'Unsendable',
      `The value of the param ${param} is only known in a state machine, so its builder cannot be compiled or sent here: ` +
        'make a state of it, by toState() or toJsonata() of keystorm/jsonata.',
      { param }
    )
  }
}
