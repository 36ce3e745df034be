import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
} from '@aws-sdk/client-dynamodb'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** A client, and the options of one command. */
interface Line extends SendOptions {
  readonly client: DynamoDBClient
}

type Sdk = typeof import('@aws-sdk/client-dynamodb')

/** One of the SDK's command classes. keystorm uses them so that middleware and mocks that look for a class find it. */
type CommandClass<O extends Operation> = new (
  input: Operations[O]['input']
) => $Command<
  Operations[O]['input'],
  Operations[O]['output'],
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>

const dispatch = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  { client, abortSignal, onRetry }: Line,
  command: $Command<Input, Output, DynamoDBClientResolvedConfig, ServiceInputTypes, ServiceOutputTypes>
): Promise<Output> => {
  if (onRetry !== undefined) {
    let attempts = 0
    // This step runs after the SDK's retry step, so it sees every attempt, and the SDK does not retry what it throws.
    command.middlewareStack.add(
      next => args => {
        if (attempts++ > 0) onRetry()
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'keystormMeter' }
    )
  }
  const output: Output | undefined = await client.send(command, abortSignal === undefined ? {} : { abortSignal })
  return output ?? ({} as Output) // a mocked client without an answer returns undefined: treat it as an empty table
}

/**
 * Loads the SDK. Resolves to a function that makes a sender of an SDK client, or of keystorm's own client if there is
 * none. The import is dynamic, so a bundled program that never uses the SDK does not load it.
 */
export const loadSdk = async (): Promise<(client: DynamoDBClient | undefined) => Sender> => {
  const loaded: Partial<Sdk> & { readonly default?: Sdk } = await import('@aws-sdk/client-dynamodb')
  // For a CommonJS module, a bundler that splits its output provides only the default export.
  const sdk = loaded.DynamoDBClient === undefined && loaded.default ? loaded.default : (loaded as Sdk)
  return (client = defaultClient(sdk)) => ({
    request: <O extends Operation>(operation: O, input: Operations[O]['input'], options?: SendOptions) => {
      const Command = sdk[`${operation}Command`] as unknown as CommandClass<O> // the compiler sees a union of all command classes
      return dispatch({ client, ...options }, new Command(input))
    }
  })
}

/**
 * The client that keystorm makes if connect() has none: one for the process, with the SDK's defaults for region,
 * credentials and retries. keystorm removes the logger middleware, which copies every response even if there is no
 * logger.
 */
const defaultClient = ({ DynamoDBClient }: Sdk): DynamoDBClient => {
  if (shared === undefined) {
    shared = new DynamoDBClient({})
    shared.middlewareStack.remove('loggerMiddleware')
  }
  return shared
}

let shared: DynamoDBClient | undefined
