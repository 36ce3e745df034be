import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KeystormError } from '../errors.ts'
import { findDynalite, startDynalite } from './dynalite.ts'
import { findDynoxide, type RunningEngine, startDynoxide } from './dynoxide.ts'
import { answers } from './port.ts'
import { exactPrefixes } from './prefixes.ts'
import { refuseUnsupported } from './unsupported.ts'

const ENDPOINT_MS = 30_000

/** The engines keystorm can start by itself. */
export type EngineName = 'dynoxide' | 'dynalite'

export interface EngineOptions {
  /** Starts this engine and no other. Default: the environment variable `KEYSTORM_ENGINE`, else whatever is there. */
  readonly engine?: EngineName
}

export interface LocalEngine {
  /** Which engine answers; 'endpoint' where `DYNAMODB_ENDPOINT` names one that was already running. */
  readonly name: EngineName | 'endpoint'
  readonly endpoint: string
  /** A client that talks to this engine, whatever region, profile or endpoint the environment names. */
  readonly client: DynamoDBClient
  /** Closes the client and ends the engine, unless somebody else started it. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a DynamoDB engine on this machine, in memory: dynoxide where `@dynoxide/linux-x64` is installed, else
 * dynalite. With `DYNAMODB_ENDPOINT` in the environment it starts nothing and uses the engine found there.
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
 * @throws KeystormError `NoEngine` when no engine is installed, or the one asked for does not start; its message
 * says what to install, its `data.tried` what was looked for.
 */
export const startLocalEngine = async (options: EngineOptions = {}): Promise<LocalEngine> => {
  const wanted = options.engine ?? engineFromEnvironment()
  const endpoint = process.env.DYNAMODB_ENDPOINT
  if (!wanted && endpoint) return useEndpoint(endpoint)
  for (const name of wanted ? [wanted] : (['dynoxide', 'dynalite'] as const)) {
    const start = starters[name]()
    if (start) return describeEngine(name, await start().catch(error => fail(name, error)))
  }
  throw notInstalled(wanted)
}

/** The engine that `KEYSTORM_ENGINE` asks for. */
export const engineFromEnvironment = (): EngineName | undefined => {
  const name = process.env.KEYSTORM_ENGINE
  if (!name) return undefined
  if (name === 'dynoxide' || name === 'dynalite') return name
  throw new KeystormError('NoEngine', `KEYSTORM_ENGINE is '${name}': it can be 'dynoxide' or 'dynalite'.`, {
    tried: [name]
  })
}

const starters: Record<EngineName, () => (() => Promise<RunningEngine>) | undefined> = {
  dynoxide: () => {
    const binary = findDynoxide()
    return binary ? () => startDynoxide(binary) : undefined
  },
  dynalite: () => {
    const dynalite = findDynalite()
    return dynalite ? () => startDynalite(dynalite) : undefined
  }
}

const useEndpoint = async (endpoint: string): Promise<LocalEngine> => {
  if (await answers(endpoint, ENDPOINT_MS)) return describeEngine('endpoint', { endpoint, stop: async () => {} })
  throw new KeystormError(
    'NoEngine',
    `Nothing answers at ${endpoint}, which DYNAMODB_ENDPOINT names: start the engine there, or unset the variable.`,
    { tried: [endpoint] }
  )
}

const describeEngine = (name: LocalEngine['name'], { endpoint, stop }: RunningEngine): LocalEngine => {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // Each of these could come from the environment or a profile, and break a custom endpoint.
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    accountIdEndpointMode: 'disabled', // which older SDKs do not know
    maxAttempts: 3,
    retryMode: 'standard'
  } as const
  const client = new DynamoDBClient(config)
  // It would pick apart each request and answer for a logger that is not there.
  client.middlewareStack.remove('loggerMiddleware')
  if (name === 'dynoxide') exactPrefixes(client)
  if (name === 'dynalite') refuseUnsupported(client)
  const stopAll = async () => {
    client.destroy()
    await stop()
  }
  return { name, endpoint, client, stop: stopAll, [Symbol.asyncDispose]: stopAll }
}

const fail = (name: EngineName, cause: unknown): never => {
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new KeystormError(
    'NoEngine',
    `${name} is installed, but did not start. ${reason}`,
    { tried: [name] },
    { cause }
  )
}

const PACKAGES: Record<EngineName, string> = { dynoxide: '@dynoxide/linux-x64', dynalite: 'dynalite' }

const notInstalled = (wanted: EngineName | undefined): KeystormError<'NoEngine'> => {
  const way = wanted
    ? `Install it: npm install --save-dev ${PACKAGES[wanted]}`
    : 'Install one: npm install --save-dev @dynoxide/linux-x64 (on Linux, x64) or npm install --save-dev dynalite ' +
      '(anywhere); or name a running one in DYNAMODB_ENDPOINT'
  return new KeystormError(
    'NoEngine',
    `${wanted ? `${wanted} is not installed` : 'No DynamoDB engine is installed'}. ${way}.`,
    {
      tried: wanted ? [wanted] : ['DYNAMODB_ENDPOINT', 'dynoxide', 'dynalite']
    }
  )
}
