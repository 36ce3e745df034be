import { fromWire } from './wire.ts'

/** The metadata of a request, as the SDK gives them. */
export interface Metadata {
  readonly httpStatusCode: number
  readonly requestId?: string | undefined
  attempts?: number
  totalRetryDelay?: number
}

/** An error of the service, with the name and members that the SDK gives it. */
export class ServiceError extends Error {
  readonly $fault: 'client' | 'server'
  readonly $metadata: Metadata

  constructor(name: string, message: string, $metadata: Metadata, more: object) {
    super(message)
    Object.assign(this, more)
    this.name = name
    this.$fault = $metadata.httpStatusCode >= 500 ? 'server' : 'client'
    this.$metadata = $metadata
  }
}

/** An attempt took longer than allowed. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

/** Makes the error that an answer describes. */
export const failureOf = (text: string, type: string | undefined, metadata: Metadata): ServiceError => {
  const { __type, message, Message, ...more } = bodyOf(text)
  const name = (type ?? (typeof __type === 'string' ? __type : undefined))?.replace(/^.*#|:.*$/g, '')
  const said = message ?? Message ?? (name === undefined ? `HTTP ${metadata.httpStatusCode}` : 'UnknownError')
  return new ServiceError(name || 'Unknown', String(said), metadata, more)
}

/** A proxy or gateway may answer instead of the service, and not in JSON. */
const bodyOf = (text: string): Record<string, unknown> => {
  try {
    return { ...fromWire(text) }
  } catch {
    return {}
  }
}
