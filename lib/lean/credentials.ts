import { NoClient } from '../errors.ts'
import type { Credentials } from './canonical.ts'

/** Resolves to credentials. The client calls it again before they expire. */
export type CredentialProvider = () => Promise<Credentials>

/** How long before their expiration credentials count as expired: the same as in the SDK. */
const EARLY_MS = 5 * 60_000

/**
 * Keeps the credentials of a client until shortly before they expire. Concurrent requests share one call of the
 * provider. If the provider fails, the old credentials are used until they expire.
 */
export class Wallet {
  readonly #provide: CredentialProvider
  #kept: Credentials | undefined
  #asking: Promise<Credentials> | undefined

  constructor(given: Credentials | CredentialProvider) {
    if (typeof given === 'function') this.#provide = given
    else this.#provide = async () => given
  }

  /** Returns valid credentials at once, without a promise. Throws NoClient, and the errors of the provider. */
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

/** The credentials in the environment, if they are complete. */
export const fromEnvironment = (env: NodeJS.ProcessEnv): Credentials | undefined => {
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
