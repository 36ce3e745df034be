import { context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { OnRequest } from '../driver/request-event.ts'
import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import { attributesOf } from './attributes.ts'

/** Where spans come from. */
export interface SpanOptions {
  /** Default: the tracer `keystorm` of the provider that is registered when the first request is sent. */
  readonly tracer?: Tracer
}

/**
 * A handler that makes a span of each request, a child of the span that was active where the builder was awaited. Names and
 * attributes are those of OpenTelemetry's semantic conventions for databases and for DynamoDB; what they do not name begins
 * with `keystorm.`. There are no values among them.
 *
 * ```ts
 * const db = connect({ table: 'app', onRequest: spans() })
 * ```
 */
export const spans = (options: SpanOptions = {}): OnRequest => {
  checkOptions('spans()', options, ['tracer'])
  const { tracer = trace.getTracer('keystorm') } = options
  if (typeof tracer?.startSpan !== 'function')
    throw new InvalidRequest('spans()', `tracer takes a Tracer, but got ${describe(tracer)}`)
  return event => {
    const { operation, table, startedAt, milliseconds, error } = event
    const attributes = attributesOf(event)
    const name = String(attributes['db.query.summary'] ?? `${operation} ${table}`)
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime: startedAt, attributes }, context.active())
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error })
    span.end(startedAt + milliseconds)
  }
}
