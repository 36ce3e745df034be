import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KeystormError } from '../errors.ts'
import { WAYS_TO_TRANSACTIONS } from './ways.ts'

/** createTable() asks for it when the table is there. */
const NO_TTL = 'time to live: createTable() with models that have a t.ttl() leaves the table there without it'

/** What dynalite lacks, and what keystorm therefore cannot do on it. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  TransactWriteItemsCommand: 'transactions, so no transact() and no move()',
  TransactGetItemsCommand: 'transactions, so no transact()',
  UpdateTimeToLiveCommand: NO_TTL,
  DescribeTimeToLiveCommand: NO_TTL
}

/** Throws a clear error for commands that dynalite answers with an UnknownError. */
export const refuseUnsupported = (client: DynamoDBClient): void =>
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async args => {
        const lacks = Object.hasOwn(UNSUPPORTED, commandName) ? UNSUPPORTED[commandName] : undefined
        if (lacks === undefined) return next(args)
        throw new KeystormError(
          'NoEngine',
          `dynalite has no ${lacks}. To use an engine that has, ${WAYS_TO_TRANSACTIONS}.`,
          { tried: ['dynalite'] }
        )
      },
    { step: 'initialize', name: 'refuseUnsupported' }
  )
