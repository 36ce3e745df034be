import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { checkOptions, KeystormError } from '../errors.ts'
import { findDynalite, startDynalite } from './dynalite.ts'
import {
  cachedDynamoDBLocal,
  fetchDynamoDBLocal,
  findDynamoDBLocal,
  startDynamoDBLocal,
  VERSION,
  whyNoJava
} from './dynamodb-local.ts'
import { DYNOXIDE, findDynoxide, startDynoxide } from './dynoxide.ts'
import { answers } from './port.ts'
import { exactPrefixes } from './prefixes.ts'
import type { RunningEngine } from './running-engine.ts'
import { refuseUnsupported } from './unsupported.ts'
import { WAYS_TO_TRANSACTIONS } from './ways.ts'

const ENDPOINT_MS = 30_000

/** The engines that keystorm can start, in order of preference. */
const NAMES = ['dynoxide', 'dynamodb-local', 'dynalite'] as const

/** The engines that keystorm can start. */
export type EngineName = (typeof NAMES)[number]

/** The limits of each engine. */
const LACKS: Readonly<Record<EngineName, string>> = {
  dynoxide: 'it removes nothing whose time to live is over',
  'dynamodb-local': 'it is slow to start, and removes nothing by time to live where a table has an index',
  dynalite: 'it has no transactions, no time to live and no streams'
}

export interface EngineOptions {
  /** Starts only this engine. Default: the environment variable `KEYSTORM_ENGINE`, or else the first engine found. */
  readonly engine?: EngineName
}

export interface LocalEngine {
  /** The engine's name; 'endpoint' for an engine that was already running at `DYNAMODB_ENDPOINT`. */
  readonly name: EngineName | 'endpoint'
  /** A sentence that says which engine it is, why it was chosen, and what it cannot do. */
  readonly about: string
  readonly endpoint: string
  /** A client for this engine. It ignores the environment's region, profile and endpoint. */
  readonly client: DynamoDBClient
  /** Closes the client, and ends the engine if keystorm started it. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a DynamoDB engine on this machine, in memory: dynoxide if its package is installed; else DynamoDB Local if it
 * was fetched before and Java is installed; else dynalite. With `DYNAMODB_ENDPOINT` in the environment, it starts
 * nothing and uses the engine at that endpoint. It downloads DynamoDB Local only if you request `'dynamodb-local'`.
 *
 * ```ts
 * const engine = await startLocalEngine()
 * const db = connect({ table: 'app', client: engine.client })
 * await createTable(db)
 * // …
 * await engine.stop()
 * ```
 *
 * An engine that is never stopped ends with the process and does not keep it alive.
 *
 * @throws KeystormError `NoEngine` if no engine is installed, or the requested one does not start. Its message says
 * what to install, and `data.tried` what was looked for.
 */
export const startLocalEngine = async (options: EngineOptions = {}): Promise<LocalEngine> => {
  checkOptions('startLocalEngine()', options, ['engine'])
  const wanted = wantedEngine(options)
  const endpoint = process.env.DYNAMODB_ENDPOINT
  if (!wanted && endpoint) return useEndpoint(endpoint)
  for (const name of wanted ? [wanted] : NAMES) {
    const start = await finders[name](name === wanted)
    if (!start) continue
    const why = wanted ? (options.engine ? 'as it was asked for' : 'as KEYSTORM_ENGINE says') : FOUND[name]
    const about = `The engine is ${name}, ${why}: ${LACKS[name]}.`
    return describeEngine(name, about, await start().catch(error => fail(name, error)))
  }
  throw notInstalled(wanted)
}

/** The reason for each engine, if none was requested. */
const FOUND: Readonly<Record<EngineName, string>> = {
  dynoxide: `as ${DYNOXIDE} is installed`,
  'dynamodb-local': 'as it and Java are there, and dynoxide is not',
  dynalite: 'as neither dynoxide nor DynamoDB Local is there'
}

/** The engine that the options or `KEYSTORM_ENGINE` request. */
export const wantedEngine = ({ engine }: EngineOptions): EngineName | undefined => {
  const wanted = engine || process.env.KEYSTORM_ENGINE
  const name = NAMES.find(name => name === wanted)
  if (name || !wanted) return name
  throw new KeystormError(
    'NoEngine',
    `${engine ? 'engine' : 'KEYSTORM_ENGINE'} is '${wanted}': it can be 'dynoxide', 'dynamodb-local' or 'dynalite'.`,
    { tried: [wanted] }
  )
}

type Start = () => Promise<RunningEngine>

/** Finds each engine, and returns what starts it. A wanted engine may be fetched first. */
const finders: Record<EngineName, (isWanted: boolean) => Promise<Start | undefined>> = {
  dynoxide: async () => {
    const binary = findDynoxide()
    return binary ? () => startDynoxide(binary) : undefined
  },
  'dynamodb-local': async isWanted => {
    if (!isWanted && !findDynamoDBLocal()) return undefined
    const noJava = await whyNoJava()
    if (noJava && isWanted)
      throw new KeystormError('NoEngine', `DynamoDB Local ${noJava}.`, { tried: ['dynamodb-local'] })
    if (noJava) return undefined
    const installed = findDynamoDBLocal() ?? (await fetched())
    return installed && (() => startDynamoDBLocal(installed))
  },
  dynalite: async () => {
    const dynalite = findDynalite()
    return dynalite && (() => startDynalite(dynalite))
  }
}

const fetched = async () => {
  const folder = cachedDynamoDBLocal()
  const what = `DynamoDB Local ${VERSION} from Maven Central`
  process.emitWarning(`${what}, 45 MB, is fetched into ${folder}, this once. Its licence is Amazon's.`, 'keystorm')
  await fetchDynamoDBLocal().catch(cause => {
    const message =
      `${what} could not be fetched: ${causeOf(cause)}. Unpack Amazon's download instead, and name its ` +
      'folder in DYNAMODB_LOCAL_HOME.'
    throw new KeystormError('NoEngine', message, { tried: ['dynamodb-local'] }, { cause })
  })
  return findDynamoDBLocal()
}

const useEndpoint = async (endpoint: string): Promise<LocalEngine> => {
  if (await answers(endpoint, ENDPOINT_MS)) {
    const about = `The engine is the one at ${endpoint}, as DYNAMODB_ENDPOINT says: what it cannot do is not known.`
    return describeEngine('endpoint', about, { endpoint, stop: async () => {} })
  }
  throw new KeystormError(
    'NoEngine',
    `Nothing answers at ${endpoint}, which DYNAMODB_ENDPOINT names: start the engine there, or unset the variable.`,
    { tried: [endpoint] }
  )
}

const describeEngine = (name: LocalEngine['name'], about: string, { endpoint, stop }: RunningEngine): LocalEngine => {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // The environment or a profile could set these and break a custom endpoint.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    accountIdEndpointMode: 'disabled', // older SDKs do not know it
    maxAttempts: 3,
    retryMode: 'standard'
  } as const
  const client = new DynamoDBClient(config)
  // It copies each request and answer, even if there is no logger.
  client.middlewareStack.remove('loggerMiddleware')
  if (name === 'dynoxide') exactPrefixes(client)
  if (name === 'dynalite') refuseUnsupported(client)
  const stopAll = async () => {
    client.destroy()
    await stop()
  }
  return { name, about, endpoint, client, stop: stopAll, [Symbol.asyncDispose]: stopAll }
}

const causeOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const fail = (name: EngineName, cause: unknown): never => {
  throw new KeystormError(
    'NoEngine',
    `${name} is installed, but did not start. ${causeOf(cause)}`,
    { tried: [name] },
    { cause }
  )
}

const notInstalled = (wanted: EngineName | undefined): KeystormError<'NoEngine'> =>
  wanted
    ? new KeystormError(
        'NoEngine',
        `${wanted} is not installed. Install it: npm install --save-dev ${wanted === 'dynoxide' ? DYNOXIDE : wanted}.`,
        { tried: [wanted] }
      )
    : new KeystormError(
        'NoEngine',
        'No DynamoDB engine is installed. Install dynalite (npm install --save-dev dynalite), which runs anywhere and ' +
          `lacks transactions; or, to have those, ${WAYS_TO_TRANSACTIONS}.`,
        { tried: ['DYNAMODB_ENDPOINT', ...NAMES] }
      )
