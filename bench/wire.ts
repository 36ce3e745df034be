/**
 * What requests cost this process, in CPU time: through the SDK by hand, through keystorm with the SDK's client, and with the
 * lean one. A server in a process of its own answers them at once with what it was given to say.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { connect, type Db, type Sender } from 'keystorm'
import { leanClient } from 'keystorm/lean'
import type { Stored } from './client.ts'
import { type Integration, TABLE } from './integration.ts'
import { Integration as Model } from './keystorm.ts'

export const REQUESTS = ['put', 'get', 'query of 20', 'query of 500'] as const
type Request = (typeof REQUESTS)[number]
export type Requests = Readonly<Record<Request, (item: Integration) => Promise<unknown>>>

const CREDENTIALS = { accessKeyId: 'none', secretAccessKey: 'none' }
const [FEW, MANY] = [20, 500]

const SERVER = `
const { createServer } = require('node:http')
let answers = {}
let delay = 0
process.once('message', given => {
  ;({ answers, delay } = given)
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
})
process.on('disconnect', () => process.exit())
const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', text => { body += text }).on('end', () => {
    const operation = request.headers['x-amz-target'].split('.')[1]
    const { Limit = '', ReturnConsumedCapacity = '' } = JSON.parse(body)
    const answer = answers[operation + Limit + ReturnConsumedCapacity] ?? '{}'
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(answer) })
    if (delay > 0) setTimeout(() => response.end(answer), delay)
    else response.end(answer)
  })
})
`

/**
 * Starts the server, with what it says to each operation, after some milliseconds: of a limit, and asked what it cost, by the
 * names of both behind it. The last of what it gives stops it.
 */
export const serve = async (
  answers: Readonly<Record<string, object>>,
  delay = 0
): Promise<[endpoint: string, child: ChildProcess]> => {
  const child = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const texts = Object.fromEntries(Object.entries(answers).map(([to, answer]) => [to, JSON.stringify(answer)]))
  child.send({ answers: texts, delay })
  const [port] = await once(child, 'message')
  return [`http://127.0.0.1:${port}`, child]
}

const answersOf = (stored: readonly Stored[]) => {
  const items = (count: number) => ({
    Items: Array.from({ length: count }, (_, i) => stored[i % stored.length]),
    Count: count
  })
  return { GetItem: { Item: stored[0] }, [`Query${FEW}`]: items(FEW), [`Query${MANY}`]: items(MANY) }
}

const byHand = (client: DynamoDBClient): Requests => {
  const keyOf = ({ tenant, integration_id }: Integration) => ({
    PK: `T#${tenant}#Integrations`,
    SK: `I#${integration_id}`
  })
  const read = (stored: Stored) => {
    const { PK, SK, GSI1PK, ...item } = unmarshall(stored)
    return item
  }
  const query = (Limit: number) => async (item: Integration) => {
    const input = {
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': `T#${item.tenant}#Integrations`, ':sk': 'I#' }),
      Limit
    }
    return ((await client.send(new QueryCommand(input))).Items ?? []).map(read)
  }
  return {
    put: async item => {
      const Item = marshall({ ...keyOf(item), GSI1PK: `O#${item.owner}#Integrations`, ...item })
      await client.send(new PutItemCommand({ TableName: TABLE, Item }))
    },
    get: async item => {
      const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: marshall(keyOf(item)) }))
      return Item && read(Item)
    },
    'query of 20': query(FEW),
    'query of 500': query(MANY)
  }
}

const byKeystorm = (db: Db): Requests => ({
  put: async item => await db.put(Model, item),
  get: async ({ tenant, integration_id }) => await db.get(Model, { tenant, integration_id }),
  'query of 20': async ({ tenant }) => (await db.query(Model).where({ tenant }).pageSize(FEW).page()).items,
  'query of 500': async ({ tenant }) => await db.query(Model).where({ tenant }).pageSize(MANY)
})

/** A client that answers at once, and does nothing else. */
const answering = (answer: object): Sender => ({ request: async () => answer as never }) // an output of whatever operation

/** Requests by a client alone, with an input that is there, and through keystorm: what is more is keystorm's. */
export const overClient = (page: readonly Stored[]) => {
  const pair = (answer: object, ask: (db: Db, item: Integration) => PromiseLike<unknown>) => {
    const client = answering(answer)
    const db = connect({ table: TABLE, client })
    return [
      async () => await client.request('Query', { TableName: TABLE }),
      async (item: Integration) => await ask(db, item)
    ] as const
  }
  const query = (db: Db, { tenant }: Integration) => db.query(Model).where({ tenant })
  return {
    get: pair({ Item: page[0] }, (db, { tenant, integration_id }) => db.get(Model, { tenant, integration_id })),
    'query of nothing': pair({ Items: [], Count: 0 }, query),
    'query of 20': pair({ Items: page.slice(0, FEW), Count: FEW }, query)
  }
}

/** The ways of sending requests, by their names. */
export const requestsTo = async (
  stored: readonly Stored[],
  others: (endpoint: string) => Promise<Readonly<Record<string, Requests>>> = async () => ({})
): Promise<{ readonly ways: Readonly<Record<string, Requests>>; stop(): void }> => {
  const [endpoint, child] = await serve(answersOf(stored))
  const options = { endpoint, region: 'eu-west-1', credentials: CREDENTIALS }
  const sdk = new DynamoDBClient(options)
  const own = new DynamoDBClient(options)
  own.middlewareStack.remove('loggerMiddleware') // as the client has it that keystorm makes
  const lean = leanClient(options)
  const ways = {
    'hand-written': byHand(sdk),
    keystorm: byKeystorm(connect({ table: TABLE, client: own })),
    'keystorm, lean client': byKeystorm(connect({ table: TABLE, client: lean })),
    ...(await others(endpoint))
  }
  const stop = () => {
    for (const client of [sdk, own, lean]) client.destroy()
    child.disconnect()
  }
  return { ways, stop }
}
