import awsLite from '@aws-lite/client'
import dynamodb from '@aws-lite/dynamodb'
import { type Integration, TABLE } from './integration.ts'
import type { Requests } from './wire.ts'

type Operation<Output> = (input: object) => Promise<Output>
type Plain = Record<string, unknown>

interface DynamoDB {
  readonly PutItem: Operation<unknown>
  readonly GetItem: Operation<{ readonly Item?: Plain }>
  readonly Query: Operation<{ readonly Items?: readonly Plain[] }>
}

const keyOf = ({ tenant, integration_id }: Integration) => ({
  PK: `T#${tenant}#Integrations`,
  SK: `I#${integration_id}`
})

const read = ({ PK, SK, GSI1PK, ...item }: Plain) => item

/** The same requests by aws-lite, which makes AttributeValues of plain values itself. */
export const byAwsLite = async (endpoint: string): Promise<Requests> => {
  const keys = { accessKeyId: 'none', secretAccessKey: 'none' }
  const aws = await awsLite({ region: 'eu-west-1', ...keys, endpoint, plugins: [dynamodb] })
  const { DynamoDB } = aws as unknown as { readonly DynamoDB: DynamoDB } // the plugin put it there
  const query = (Limit: number) => async (item: Integration) => {
    const { Items = [] } = await DynamoDB.Query({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': `T#${item.tenant}#Integrations`, ':sk': 'I#' },
      Limit
    })
    return Items.map(read)
  }
  return {
    put: item =>
      DynamoDB.PutItem({ TableName: TABLE, Item: { ...keyOf(item), GSI1PK: `O#${item.owner}#Integrations`, ...item } }),
    get: async item => {
      const { Item } = await DynamoDB.GetItem({ TableName: TABLE, Key: keyOf(item) })
      return Item && read(Item)
    },
    'query of 20': query(20),
    'query of 500': query(500)
  }
}
