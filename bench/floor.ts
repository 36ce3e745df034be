import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { Client, Stored } from './client.ts'
import { type Integration, LIMIT, TABLE } from './integration.ts'
import type { Variant } from './variant.ts'

type Key = Pick<Integration, 'tenant' | 'integration_id'>

const keyOf = (key: Key) => ({
  PK: { S: `T#${key.tenant}#Integrations` },
  SK: { S: `I#${key.integration_id}` }
})

export const storedOf = (item: Integration) => ({
  PK: { S: `T#${item.tenant}#Integrations` },
  SK: { S: `I#${item.integration_id}` },
  GSI1PK: { S: `O#${item.owner}#Integrations` },
  tenant: { S: item.tenant },
  tenant_name: { S: item.tenant_name },
  integration_id: { S: item.integration_id },
  owner: { S: item.owner },
  locked: { BOOL: item.locked },
  last_seen_run: { S: item.last_seen_run },
  enabled: { BOOL: item.enabled },
  notebook_path: { S: item.notebook_path },
  created_on: { N: String(item.created_on) },
  static_files: { L: item.static_files.map(S => ({ S })) },
  dynamic_files: {
    L: item.dynamic_files.map(file => ({ M: { path: { S: file.path }, size: { N: String(file.size) } } }))
  }
})

const read = (stored: Stored) => ({
  tenant: stored.tenant?.S,
  tenant_name: stored.tenant_name?.S,
  integration_id: stored.integration_id?.S,
  owner: stored.owner?.S,
  locked: stored.locked?.BOOL,
  last_seen_run: stored.last_seen_run?.S,
  enabled: stored.enabled?.BOOL,
  notebook_path: stored.notebook_path?.S,
  created_on: Number(stored.created_on?.N),
  static_files: stored.static_files?.L?.map(file => file.S),
  dynamic_files: stored.dynamic_files?.L?.map(({ M }) => ({ path: M?.path?.S, size: Number(M?.size?.N) }))
})

/** The least that can be done: AttributeValues written and read by hand for this one entity, unchecked. */
export const floor = (client: Client): Variant<Integration> => ({
  build: {
    get: item => ({ TableName: TABLE, Key: keyOf(item) }),
    put: item => ({ TableName: TABLE, Item: storedOf(item) }),
    create: item => ({ TableName: TABLE, Item: storedOf(item), ConditionExpression: 'attribute_not_exists(PK)' }),
    query: item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `T#${item.tenant}#Integrations` }, ':sk': { S: 'I#' } },
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query, range': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `T#${item.tenant}#Integrations` }, ':sk': { S: 'I#INT0' } },
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query, between': item => ({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND SK BETWEEN :sk AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: `T#${item.tenant}#Integrations` },
        ':sk': { S: 'I#INT0001' },
        ':to': { S: 'I#INT0099' }
      },
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query GSI1': item => ({
      TableName: TABLE,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `O#${item.owner}#Integrations` }, ':sk': { S: 'I#' } },
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    'query GSI1, range': item => ({
      TableName: TABLE,
      IndexName: 'GSI1',
      Select: 'ALL_ATTRIBUTES',
      KeyConditionExpression: 'GSI1PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `O#${item.owner}#Integrations` }, ':sk': { S: 'I#INT0' } },
      Limit: LIMIT,
      ScanIndexForward: false
    }),
    update: item => ({
      TableName: TABLE,
      Key: keyOf(item),
      UpdateExpression: 'SET #0 = :0, #1 = :1, #2 = if_not_exists(#2, :2) + :3',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: { '#0': 'enabled', '#1': 'last_seen_run', '#2': 'created_on' },
      ExpressionAttributeValues: {
        ':0': { BOOL: item.enabled },
        ':1': { S: item.last_seen_run },
        ':2': { N: '0' },
        ':3': { N: '1' }
      }
    }),
    delete: item => ({ TableName: TABLE, Key: keyOf(item) })
  },
  read: async () => {
    const command = new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': { S: 'T#tenant-0#Integrations' }, ':sk': { S: 'I#' } }
    })
    const { Items = [] } = await client.send(command)
    return Items.map(read)
  }
})
