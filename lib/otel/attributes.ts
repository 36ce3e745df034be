import type { Attributes } from '@opentelemetry/api'
import type { RequestEvent, RequestValues } from '../driver/request-event.ts'

/** What inputs say of how is read, and of nothing that is read, with the name that it has in the conventions. */
const ASKED = {
  ConsistentRead: 'consistent_read',
  Limit: 'limit',
  ScanIndexForward: 'scan_forward',
  Segment: 'segment',
  Select: 'select',
  TotalSegments: 'total_segments'
} as const

/** The members of inputs that are lists of operations. */
interface Input extends Readonly<Partial<Record<keyof typeof ASKED, string | number | boolean>>> {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly unknown[] } | readonly unknown[]>>
  readonly TransactItems?: readonly unknown[]
}

/** Some services that speak as DynamoDB does say null for what is not there. */
interface Answered {
  readonly ConsumedCapacity?: unknown
  readonly $metadata?:
    | {
        readonly requestId?: string
        readonly extendedRequestId?: string
        readonly httpStatusCode?: number
      }
    | null
    | undefined
}

/** What the conventions, and keystorm, name of a request. What is not known is left out. */
export const attributesOf = (event: RequestEvent): Attributes => {
  const { operation, verb, models, table, index, label, error } = event
  const values = event.values()
  const input: Input = values.input as object // of whatever operation
  const { ConsumedCapacity: consumed, $metadata } = answeredIn(values)
  const isAnswered = error === undefined
  const isRead = isAnswered && (operation === 'Query' || operation === 'Scan')
  const size = sizeOf(input)
  const attributes: Attributes = {
    'db.system.name': 'aws.dynamodb',
    'db.operation.name': operation,
    'db.collection.name': table,
    'db.query.summary': models.length > 0 ? summaryOf(operation, models) : undefined,
    'db.operation.batch.size': size > 1 ? size : undefined,
    'db.response.returned_rows': isAnswered ? event.itemsReturned : undefined,
    'db.response.status_code': $metadata?.httpStatusCode === undefined ? undefined : error,
    'error.type': error,
    'rpc.system': 'aws-api',
    'rpc.service': 'DynamoDB',
    'rpc.method': operation,
    'aws.request_id': $metadata?.requestId,
    'aws.extended_request_id': $metadata?.extendedRequestId,
    'aws.dynamodb.table_names': [table],
    'aws.dynamodb.index_name': index,
    'aws.dynamodb.consumed_capacity': consumed
      ? [consumed].flat().flatMap(one => (one ? JSON.stringify(one) : []))
      : undefined,
    'aws.dynamodb.count': isRead ? event.itemsReturned : undefined,
    'aws.dynamodb.scanned_count': isRead ? event.itemsRead : undefined,
    'keystorm.verb': verb,
    'keystorm.models': [...models],
    'keystorm.label': label,
    'keystorm.attempts': event.attempts,
    'keystorm.is_retry': event.isRetry,
    'keystorm.read_units': event.readUnits,
    'keystorm.write_units': event.writeUnits,
    'keystorm.bytes_sent': known(event.bytesSent),
    'keystorm.bytes_received': known(event.bytesReceived)
  }
  for (const [member, name] of Object.entries(ASKED))
    attributes[`aws.dynamodb.${name}`] = input[member as keyof typeof ASKED] // of these members
  for (const name of Object.keys(attributes)) if (attributes[name] === undefined) delete attributes[name]
  return attributes
}

/** What an answer says of itself, or an error in its place, which may be anything and need not be readable. */
const answeredIn = ({ output, error }: RequestValues): Answered => {
  try {
    const { ConsumedCapacity, $metadata } = (output ?? error ?? {}) as Answered // or whatever was thrown
    return { ConsumedCapacity, $metadata }
  } catch {
    return {}
  }
}

const known = (bytes: number): number | undefined => (Number.isNaN(bytes) ? undefined : bytes)

/** How many characters a summary may have. */
const MAX_SUMMARY = 255

const summaryOf = (operation: string, models: readonly string[]): string =>
  [operation, ...models].join(' ').slice(0, MAX_SUMMARY)

/** How many operations a request has. */
const sizeOf = ({ RequestItems, TransactItems }: Input): number => {
  if (TransactItems !== undefined) return TransactItems.length
  let size = 0
  for (const items of Object.values(RequestItems ?? {}))
    size += ('Keys' in items ? items.Keys : (items as readonly unknown[]))?.length ?? 0
  return size
}
