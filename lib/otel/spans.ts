import { context, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api'
import type { OnRequest } from '../driver/request-event.ts'
import { checkOptions, describe, InvalidRequest } from '../errors.ts'
import { attributesOf } from './attributes.ts'

/** Options of `spans()`. */
export interface SpanOptions {
  /**
   * The tracer to use. Default: the tracer `keystorm` of the provider that is registered when the first request is
   * sent.
   */
  readonly tracer?: Tracer
}

/**
 * Returns a handler that makes a span of each request, as a child of the span that was active where the builder was
 * awaited. Names and attributes follow OpenTelemetry's semantic conventions for databases and DynamoDB; keystorm's own
 * attributes begin with `keystorm.`. Spans contain no values of items.
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
