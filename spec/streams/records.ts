/** Records as their sources give them: what AWS's own pages and recorded events show, with rows of these models. */
import { layout, model, models, t, text } from 'keystorm'

export const Order = model('Order')
  .pk('user')
  .sk('O#order')
  .fields({ total: t.number(), at: t.date().optional(), slip: t.binary().optional() })
export const Account = model('Account')
  .pk('user')
  .sk('#kind')
  .fields({ kind: t.literal('ACCOUNT'), until: t.ttl() })
export const app = models({ Order, Account })

export const KEYS = { PK: { S: 'U#ann#Order' }, SK: { S: 'O#7' } }
export const OLD = { ...KEYS, user: { S: 'ann' }, order: { S: '7' }, total: { N: '30' } }
export const NEW = { ...OLD, total: { N: '31' }, slip: { B: 'AP8B' } }
export const key = { user: 'ann', order: '7' }
export const before = { ...key, total: 30 }
export const after = { ...key, total: 31, slip: new Uint8Array([0, 255, 1]) }

/** As the typed events of `@types/aws-lambda` are, whose names of events are literals. */
export type EventName = 'INSERT' | 'MODIFY' | 'REMOVE'

/** A record of DynamoDB Streams, as Lambda and pipes give it. */
export const streamed = (eventName: EventName, dynamodb: object = {}, more: object = {}, n = 1) => ({
  eventID: `c4ca4238a0b923820dcc509a6f75849${n}`,
  eventName,
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'eu-west-1',
  dynamodb: {
    ApproximateCreationDateTime: 1_594_935_882,
    Keys: KEYS,
    SequenceNumber: `40000000000836768059${n}`,
    SizeBytes: 26,
    StreamViewType: 'NEW_AND_OLD_IMAGES' as const,
    ...dynamodb
  },
  eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/app/stream/2020-07-16T21:40:16.972',
  ...more
})

/** What DynamoDB puts into a Kinesis stream: without a sequence number, and with times in milliseconds or microseconds. */
export const captured = (eventName: EventName, dynamodb: object = {}, more: object = {}) => ({
  awsRegion: 'eu-west-1',
  eventID: 'd9428ea4-9b1e-4a3c-8f5e-0d2f7b0c8d11',
  eventName,
  userIdentity: null,
  recordFormat: 'application/json',
  tableName: 'app',
  dynamodb: { ApproximateCreationDateTime: 1_731_924_555_370, Keys: KEYS, SizeBytes: 60, ...dynamodb },
  eventSource: 'aws:dynamodb',
  ...more
})

const base64 = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64')

const about = (n: number) => ({
  eventSource: 'aws:kinesis',
  eventVersion: '1.0',
  eventID: `shardId-000000000006:4959033827149025660855969253836157109592157598913658889${n}`,
  eventName: 'aws:kinesis:record',
  invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
  awsRegion: 'eu-west-1',
  eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/changes'
})
const payload = (value: unknown, n: number) => ({
  kinesisSchemaVersion: '1.0',
  partitionKey: 'DC5E1E0F',
  sequenceNumber: `4959033827149025660855969253836157109592157598913658889${n}`,
  data: base64(value),
  approximateArrivalTimestamp: 1_731_924_556.102
})

/** A record of Kinesis, as Lambda and as a pipe give it. */
export const inKinesis = (value: unknown, n = 1) => ({ ...about(n), kinesis: payload(value, n) })
export const inPipe = (value: unknown, n = 1) => ({ ...about(n), ...payload(value, n) })

const shop = layout({ pk: 'pk', sk: 'sk', type: '_et' })
export const Profile = shop.model('Profile').pk(text('USER#{id}')).sk('#part').fields({ id: t.string().onlyInKeys() })
export const Letter = shop.model('Letter').pk(text('USER#{id}')).sk('#part').fields({ id: t.string().onlyInKeys() })
export const typed = models({ Profile, Letter })
