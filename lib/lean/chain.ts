import { NoClient } from '../errors.ts'
import { type CredentialProvider, fromEnvironment } from './credentials.ts'

/** As the SDK: the environment, unless a profile is named, and then the SDK's own chain. */
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

/** There are none, since the chain says or cannot do something. */
const noCredentials = (why: string, cause: unknown): NoClient =>
  new NoClient(
    'credentials',
    'leanClient(): there are no credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the chain of the SDK, ' +
      `which looks elsewhere, ${why} give them as leanClient({ credentials })`,
    { cause }
  )

const loadChain = async (): Promise<CredentialProvider> => {
  // By a name that bundlers do not follow: else each bundle would have it, though few need it.
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
