/** A table that another application has designed, and what that application itself does with it: raw requests. */
import { DeleteTableCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { connect, createTable, type Db, type tableDefinition } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { rowsOf } from './rows.ts'

type Row = Record<string, unknown>

/** What a spec of a design works with. Rows are as the SDK's document client has them. */
export interface Designed {
  readonly db: Db
  readonly client: DynamoDBClient
  readonly table: string
  /** Puts rows as they are. */
  put(...rows: Row[]): Promise<void>
  /** The row under this key, all of it. */
  get(key: Row): Promise<Row | undefined>
  /** The rows that a key condition finds, in the table or in an index. */
  find(condition: string, values: Row, index?: string): Promise<Row[]>
}

/** Runs on a fresh table of the layout, which is deleted afterwards. */
export const designed = async (
  layout: NonNullable<Parameters<typeof tableDefinition>[1]>,
  run: (place: Designed) => Promise<void>
): Promise<void> => {
  const { client, table } = await localTable(({ client, table }) => ({ client, table: `${table}-designed` }))
  const db = connect({ client, table })
  await createTable(db, layout)
  try {
    await run({
      db,
      client,
      table,
      put: async (...rows) => {
        for (const row of rows) await client.send(new PutItemCommand({ TableName: table, Item: marshall(row) }))
      },
      get: async key => {
        const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: marshall(key) }))
        return Item && unmarshall(Item)
      },
      find: async (KeyConditionExpression, values, index) => {
        const found = await rowsOf(client, {
          TableName: table,
          ...(index === undefined ? {} : { IndexName: index }),
          KeyConditionExpression,
          ExpressionAttributeValues: marshall(values)
        })
        return found.map(row => unmarshall(row))
      }
    })
  } finally {
    await client.send(new DeleteTableCommand({ TableName: table }))
  }
}
