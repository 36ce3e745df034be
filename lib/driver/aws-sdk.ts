import type {
  $Command,
  DynamoDBClient,
  DynamoDBClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
} from '@aws-sdk/client-dynamodb'
import type { Operation, Operations, Sender, SendOptions } from './sender.ts'

/** A client, and how it is to send one command. */
interface Line extends SendOptions {
  readonly client: DynamoDBClient
}

type Sdk = typeof import('@aws-sdk/client-dynamodb')

/** One of the SDK's command classes, which are used so that middleware and mocks that look for them find them. */
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
    // Every attempt passes here, behind the SDK's retries, which do not repeat what this throws.
    command.middlewareStack.add(
      next => args => {
        if (attempts++ > 0) onRetry()
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'keystormMeter' }
    )
  }
  const output: Output | undefined = await client.send(command, abortSignal === undefined ? {} : { abortSignal })
  return output ?? ({} as Output) // of a mocked client that was told nothing: as of an empty table
}

/**
 * Loads the SDK, and gives what makes a sender over a client of it, which is used as it is; without one, over keystorm's own.
 * Not by an import at the head: in one file with all it needs, a bundler would have it loaded by programs that never use it.
 */
export const loadSdk = async (): Promise<(client: DynamoDBClient | undefined) => Sender> => {
  const loaded: Partial<Sdk> & { readonly default?: Sdk } = await import('@aws-sdk/client-dynamodb')
  // Of a module that is CommonJS, a bundler that splits its output gives the default export alone.
  const sdk = loaded.DynamoDBClient === undefined && loaded.default ? loaded.default : (loaded as Sdk)
  return (client = defaultClient(sdk)) => ({
    request: <O extends Operation>(operation: O, input: Operations[O]['input'], options?: SendOptions) => {
      const Command = sdk[`${operation}Command`] as unknown as CommandClass<O> // the compiler sees one of fourteen
      return dispatch({ client, ...options }, new Command(input))
    }
  })
}

/**
 * The client keystorm makes where none is given, one for the process: the SDK's defaults for region, credentials and
 * retries. The SDK's logger middleware is taken out: it makes a redacted copy of every response, though nobody logs.
 */
const defaultClient = ({ DynamoDBClient }: Sdk): DynamoDBClient => {
  if (shared === undefined) {
    shared = new DynamoDBClient({})
    shared.middlewareStack.remove('loggerMiddleware')
  }
  return shared
}

let shared: DynamoDBClient | undefined
