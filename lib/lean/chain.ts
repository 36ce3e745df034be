import { NoClient } from '../errors.ts'
import { type CredentialProvider, fromEnvironment } from './credentials.ts'

/**
 * Finds credentials like the SDK: in the environment, unless a profile is named, and then through the SDK's own chain.
 */
export const fromSurroundings = (): CredentialProvider => {
  let chain: Promise<CredentialProvider> | undefined
  return async () => {
    const inEnvironment = process.env.AWS_PROFILE ? undefined : fromEnvironment(process.env)
    if (inEnvironment !== undefined) return inEnvironment
    chain ??= loadChain()
    return (await chain)()
  }
}

const CHAIN = '@aws-sdk/credential-provider-node'

/** The error for missing credentials, with the reason why the chain found none. */
const noCredentials = (why: string, cause: unknown): NoClient =>
  new NoClient(
    'credentials',
    'leanClient(): there are no credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the chain of the SDK, ' +
      `which looks elsewhere, ${why} give them as leanClient({ credentials })`,
    { cause }
  )

const loadChain = async (): Promise<CredentialProvider> => {
  // The name is a variable, so bundlers do not include the package, which few programs need.
  const name: string = CHAIN
  const loaded: { readonly defaultProvider: () => CredentialProvider } = await import(name).catch(cause => {
    throw noCredentials(`cannot be loaded: npm install ${CHAIN}, or`, cause)
  })
  const provide = loaded.defaultProvider()
  return () =>
    provide().catch(cause => {
      throw noCredentials(`says: ${cause instanceof Error ? cause.message : cause}:`, cause)
    })
}
