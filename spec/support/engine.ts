/** What the engine under test is called, and what it cannot do. */

import { CreateTableCommand, DeleteTableCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { findDynamoDBLocal, whyNoJava } from '../../lib/testing/dynamodb-local.ts'
import { findDynoxide } from '../../lib/testing/dynoxide.ts'
import { type EngineName, startLocalEngine, wantedEngine } from '../../lib/testing/engine.ts'

export type Feature =
  | 'transactions'
  | 'timeToLive'
  | 'byteOrder'
  | 'conditions'
  | 'startAtBound'
  | 'exactCounts'
  | 'emptyNames'
  | 'listEnds'
  | 'sameUnderAnyNames'
  | 'streams'
  | 'expiry'

/** Every engine the specs know. */
export type Engine = 'dynoxide' | 'dynalite' | 'DynamoDB Local' | 'LocalStack' | 'moto' | 'faults' | 'another endpoint'

const hasLocal = !findDynoxide() && findDynamoDBLocal() !== undefined && (await whyNoJava()) === undefined

/** What `startLocalEngine()` and `localTable()` call the engine in this process. */
export const engineName = (): EngineName | 'endpoint' => {
  const wanted = wantedEngine({})
  if (wanted) return wanted
  if (process.env.DYNAMODB_ENDPOINT) return 'endpoint'
  return findDynoxide() ? 'dynoxide' : hasLocal ? 'dynamodb-local' : 'dynalite'
}

/** Which engine answers at an endpoint, by what it answers to a question that only LocalStack understands. */
const engineAt = async (endpoint: string): Promise<Engine> => {
  try {
    const response = await fetch(new URL('/_localstack/health', endpoint), { signal: AbortSignal.timeout(5_000) })
    const server = response.headers.get('server') ?? ''
    const text = await response.text()
    if (response.ok && text.includes('"services"')) return 'LocalStack'
    if (server.startsWith('Jetty')) return 'DynamoDB Local'
    if (server.startsWith('Werkzeug')) return 'moto'
  } catch {
    // Nothing answers, which the specs themselves will tell.
  }
  return 'another endpoint'
}

const endpoint = process.env.DYNAMODB_ENDPOINT
const name = engineName()
const local: Engine =
  name === 'endpoint' ? await engineAt(endpoint ?? '') : name === 'dynamodb-local' ? 'DynamoDB Local' : name

/** The engine under test, by its own name. */
export const engine: Engine = process.env.KEYSTORM_FAULTS ? 'faults' : local

const inside = {
  startAtBound:
    'DynamoDB Local does not start at a key that is the last one of a range, and drops what shares it in GSI1',
  emptyNames: 'DynamoDB Local refuses an empty name in a map'
}

const dynoxide = {
  expiry: 'dynoxide removes nothing whose time to live is over',
  listEnds: 'dynoxide does more with lists and maps that are not there than DynamoDB'
}

/** What each engine lacks, by the feature, and why. */
const MISSING: Readonly<Record<Engine, Partial<Record<Feature, string>>>> = {
  dynoxide,
  faults: {
    ...dynoxide,
    streams: 'faults are of what keystorm sends, which does not read streams',
    exactCounts: 'faults make more requests of what is asked, so what is counted is only no less than it should be',
    sameUnderAnyNames: 'faults fall where they will, so a program that runs twice need not give the same'
  },
  'DynamoDB Local': inside,
  // It has DynamoDB Local inside.
  LocalStack: { ...inside, expiry: 'LocalStack removes what time to live has ended when it likes' },
  // The one that nobody has met: it is taken to be DynamoDB Local, behind something.
  'another endpoint': { ...inside, expiry: 'nobody knows when this engine removes what time to live has ended' },
  moto: {
    expiry: 'moto removes nothing whose time to live is over',
    conditions: 'moto ends with an error when a compared attribute is absent, and finds no beginning of bytes'
  },
  dynalite: {
    streams: 'dynalite has no streams',
    sameUnderAnyNames: 'dynalite takes what every object seems to have for attributes',
    transactions: 'dynalite has no transactions',
    timeToLive: 'dynalite has no time to live',
    expiry: 'dynalite has no time to live',
    // It says that false is not false, and ends with a TypeError when a compared attribute is absent.
    conditions: 'dynalite does not evaluate conditions as DynamoDB does',
    byteOrder: 'dynalite orders characters above U+FFFF by the halves they have in UTF-16, not by their bytes'
  }
}

const said = new Set<string>()

/** Prints why a file skips tests, once a file: one process may run several. */
export const saySkipped = (reason: string): void => {
  const saying = `${process.env.KEYSTORM_SPEC}: ${reason}`
  if (!said.has(saying)) console.log(`skipped: ${reason}`)
  said.add(saying)
}

/**
 * Why the engine under test cannot run specs of this feature; undefined where it can. Also prints the reason,
 * once, so that no skipped test goes unexplained.
 *
 * ```ts
 * const maybe = lacks('transactions') ? test.skip : test
 * ```
 */
export const lacks = (feature: Feature): string | undefined => {
  const reason = MISSING[engine][feature]
  if (reason) saySkipped(reason)
  return reason
}

/** The items that an index finds whose partition is made of two attributes, where one fits both of them, and one the first. */
const foundByTwo = async (): Promise<number> => {
  const { client, stop } = await startLocalEngine()
  const TableName = `two-attributes-${process.pid}`
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: ['id', 'a', 'b'].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'two',
            KeySchema: ['a', 'b'].map(AttributeName => ({ AttributeName, KeyType: 'HASH' })),
            Projection: { ProjectionType: 'ALL' }
          }
        ]
      })
    )
    for (const id of ['1', '2'])
      await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, a: { S: 'x' }, b: { S: id } } }))
    const KeyConditionExpression = 'a = :a AND b = :b'
    const ExpressionAttributeValues = { ':a': { S: 'x' }, ':b': { S: '2' } }
    const { Count = 0 } = await client.send(
      new QueryCommand({ TableName, IndexName: 'two', KeyConditionExpression, ExpressionAttributeValues })
    )
    return Count
  } finally {
    await client.send(new DeleteTableCommand({ TableName })).catch(() => {}) // there may be none
    await stop()
  }
}

/**
 * Why the engine under test cannot run specs of keys of several attributes; undefined where it can. It is asked by a table of
 * its own, since newer versions of an engine may have learned it. Also prints the reason, as {@link lacks} does.
 */
export const lacksMultiAttributeKeys = async (): Promise<string | undefined> => {
  const found = await foundByTwo().catch((error: Error) => error.message)
  if (found === 1) return undefined
  const how = typeof found === 'string' ? `answers "${found}"` : `finds ${found} items where one fits`
  const reason = `${engine} has no keys of several attributes: it ${how}`
  saySkipped(reason)
  return reason
}
