import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'

type Command = { readonly constructor: { readonly name: string } }

/** A client that does something before its first transaction is written, and so after what was read for that. */
export const interrupted = (client: DynamoDBClient, act: () => Promise<unknown>): DynamoDBClient => {
  const send = client.send.bind(client) as (command: Command) => Promise<unknown>
  let isDone = false
  const watching = {
    send: async (command: Command) => {
      // Once: a transaction that another is in the way of is sent again.
      if (command.constructor.name === 'TransactWriteItemsCommand' && !isDone) {
        isDone = true
        await act()
      }
      return send(command)
    }
  }
  return watching as unknown as DynamoDBClient // all that keystorm calls
}
