import type { Attributes } from '@opentelemetry/api'
import type { RequestEvent, RequestValues } from '../driver/request-event.ts'

/** Input members about how to read, which contain no stored values, with their names in the semantic conventions. */
const ASKED = {
  ConsistentRead: 'consistent_read',
  Limit: 'limit',
  ScanIndexForward: 'scan_forward',
  Segment: 'segment',
  Select: 'select',
  TotalSegments: 'total_segments'
} as const

/** The input members that are lists of operations. */
interface Input extends Readonly<Partial<Record<keyof typeof ASKED, string | number | boolean>>> {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly unknown[] } | readonly unknown[]>>
  readonly TransactItems?: readonly unknown[]
}

/** Some services that are compatible with DynamoDB return null for absent members. */
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

/** The span attributes of a request, by the semantic conventions and keystorm's own. Leaves out unknown ones. */
export const attributesOf = (event: RequestEvent): Attributes => {
  const { operation, verb, models, table, index, label, error } = event
  const values = event.values()
  const input: Input = values.input as object // of any operation
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
    attributes[`aws.dynamodb.${name}`] = input[member as keyof typeof ASKED] // the listed members
  for (const name of Object.keys(attributes)) if (attributes[name] === undefined) delete attributes[name]
  return attributes
}

/** Metadata of the output, or of the error, which may be anything and may not even be readable. */
const answeredIn = ({ output, error }: RequestValues): Answered => {
  try {
    const { ConsumedCapacity, $metadata } = (output ?? error ?? {}) as Answered // or anything that was thrown
    return { ConsumedCapacity, $metadata }
  } catch {
    return {}
  }
}

const known = (bytes: number): number | undefined => (Number.isNaN(bytes) ? undefined : bytes)

/** The most characters of a summary. */
const MAX_SUMMARY = 255

const summaryOf = (operation: string, models: readonly string[]): string =>
  [operation, ...models].join(' ').slice(0, MAX_SUMMARY)

/** The number of operations in a request. */
const sizeOf = ({ RequestItems, TransactItems }: Input): number => {
  if (TransactItems !== undefined) return TransactItems.length
  let size = 0
  for (const items of Object.values(RequestItems ?? {}))
    size += ('Keys' in items ? items.Keys : (items as readonly unknown[]))?.length ?? 0 // a list of writes
  return size
}
