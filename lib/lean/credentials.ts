import { NoClient } from '../errors.ts'
import type { Credentials } from './sign.ts'

/** Gives credentials, again and again: before those it gave end, it is asked anew. */
export type CredentialProvider = () => Promise<Credentials>

/** How long before they end credentials are taken to have ended: as long as the SDK does. */
const EARLY_MS = 5 * 60_000

/**
 * The credentials of a client. They are kept until shortly before they end; whoever needs them meanwhile waits for the same
 * answer. Where new ones are not to be had, the old ones are good to their very end.
 */
export class Wallet {
  readonly #provide: CredentialProvider
  #kept: Credentials | undefined
  #asking: Promise<Credentials> | undefined

  constructor(given: Credentials | CredentialProvider | undefined) {
    if (typeof given === 'function') this.#provide = given
    else if (given !== undefined) this.#provide = async () => given
    else this.#provide = fromSurroundings()
  }

  /** Credentials that are there are given at once. Throws NoClient, and what a provider throws. */
  get(): Credentials | Promise<Credentials> {
    const kept = this.#kept
    if (kept !== undefined && isGood(kept, EARLY_MS)) return kept
    this.#asking ??= this.#ask(kept).finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #ask(old: Credentials | undefined): Promise<Credentials> {
    try {
      const given = await this.#provide()
      if (typeof given?.accessKeyId !== 'string' || typeof given.secretAccessKey !== 'string')
        throw new NoClient(
          'credentials',
          'leanClient(): what is given as credentials has no accessKeyId and secretAccessKey'
        )
      this.#kept = given
      return given
    } catch (error) {
      if (old !== undefined && isGood(old, 0)) return old
      throw error
    }
  }
}

const isGood = ({ expiration }: Credentials, early: number): boolean =>
  expiration === undefined || expiration.getTime() - Date.now() > early

/** As the SDK: the environment, unless a profile is named, and then the SDK's own chain. */
const fromSurroundings = (): CredentialProvider => {
  let chain: Promise<CredentialProvider> | undefined
  return async () => {
    const inEnvironment = process.env.AWS_PROFILE ? undefined : fromEnvironment(process.env)
    if (inEnvironment !== undefined) return inEnvironment
    chain ??= loadChain()
    return (await chain)()
  }
}

const fromEnvironment = (env: NodeJS.ProcessEnv): Credentials | undefined => {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey) return undefined
  const ends = env.AWS_CREDENTIAL_EXPIRATION
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    ...(ends && { expiration: new Date(ends) })
  }
}

const CHAIN = '@aws-sdk/credential-provider-node'

const loadChain = async (): Promise<CredentialProvider> => {
  // By a name that bundlers do not follow: else each bundle would have it, though few need it.
  const name: string = CHAIN
  const loaded: { readonly defaultProvider: () => CredentialProvider } = await import(name).catch(cause => {
    throw new NoClient(
      'credentials',
      'leanClient(): there are no credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the chain of the SDK, ' +
        `which looks elsewhere, cannot be loaded: npm install ${CHAIN}, or give them as leanClient({ credentials })`,
      { cause }
    )
  })
  const provide = loaded.defaultProvider()
  return () =>
    provide().catch(cause => {
      const said = cause instanceof Error ? cause.message : String(cause)
      throw new NoClient('credentials', `leanClient(): there are no credentials: ${said.replace(/\.$/, '')}`, { cause })
    })
}
