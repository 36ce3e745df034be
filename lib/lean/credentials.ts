import { NoClient } from '../errors.ts'
import type { Credentials } from './canonical.ts'

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

  constructor(given: Credentials | CredentialProvider) {
    if (typeof given === 'function') this.#provide = given
    else this.#provide = async () => given
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

/** What the environment says, if it says all. */
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
