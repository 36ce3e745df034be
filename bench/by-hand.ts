import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import type { Client, Stored } from './client.ts'
import { type Integration, LIMIT, TABLE } from './integration.ts'
import type { Variant } from './variant.ts'

type Key = Pick<Integration, 'tenant' | 'integration_id'>

const keyOf = (key: Key) => ({ PK: `T#${key.tenant}#Integrations`, SK: `I#${key.integration_id}` })

const itemOf = (item: Integration) =>
  marshall({
    PK: `T#${item.tenant}#Integrations`,
    SK: `I#${item.integration_id}`,
    GSI1PK: `O#${item.owner}#Integrations`,
    ...item
  })

const read = (stored: Stored) => {
  const { PK, SK, GSI1PK, ...item } = unmarshall(stored)
  return item
}

/** What one writes with the SDK alone: inputs as object literals, values through `marshall` and `unmarshall`. */
export const byHand = (client: Client): Variant<Integration> => ({
  build: {
    get: item => ({ TableName: TABLE, Key: marshall(keyOf(item)) }),
    put: item => ({ TableName: TABLE, Item: itemOf(item) }),
    create: item => ({
      TableName: TABLE,
      Item: itemOf(item),
      ConditionExpression: 'attribute_not_exists(PK)'
    }),
    query: item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': `T#${item.tenant}#Integrations`, ':sk': 'I#' }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query, range': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': `T#${item.tenant}#Integrations`, ':sk': 'I#INT0' }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query, between': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :sk AND :to',
      ExpressionAttributeValues: marshall({
        ':pk': `T#${item.tenant}#Integrations`,
        ':sk': 'I#INT0001',
        ':to': 'I#INT0099'
      }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query GSI1': item => ({
      TableName: TABLE,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': `O#${item.owner}#Integrations`, ':sk': 'I#' }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query GSI1, range': item => ({
      TableName: TABLE,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': `O#${item.owner}#Integrations`, ':sk': 'I#INT0' }),
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    update: item => ({
      TableName: TABLE,
      Key: marshall(keyOf(item)),
      UpdateExpression: 'SET #0 = :0, #1 = :1, #2 = if_not_exists(#2, :2) + :3',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: { '#0': 'enabled', '#1': 'last_seen_run', '#2': 'created_on' },
      ExpressionAttributeValues: marshall({ ':0': item.enabled, ':1': item.last_seen_run, ':2': 0, ':3': 1 })
    }),
    delete: item => ({ TableName: TABLE, Key: marshall(keyOf(item)) })
  },
  read: async () => {
    const command = new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': 'T#tenant-0#Integrations', ':sk': 'I#' })
    })
    const { Items = [] } = await client.send(command)
    return Items.map(read)
  }
})
