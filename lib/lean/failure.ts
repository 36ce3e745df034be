import { fromWire } from './wire.ts'

/** What the SDK tells about a request, beside what was answered. */
export interface Metadata {
  readonly httpStatusCode: number
  readonly requestId?: string | undefined
  attempts?: number
  totalRetryDelay?: number
}

/** A refusal or fault of the service, with the name and the members that the SDK gives it. */
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

/** The error that an answer stands for. */
export const failureOf = (text: string, type: string | undefined, metadata: Metadata): ServiceError => {
  const { __type, message, Message, ...more } = bodyOf(text)
  const name = (type ?? (typeof __type === 'string' ? __type : undefined))?.replace(/^.*#|:.*$/g, '')
  const said = message ?? Message ?? (name === undefined ? `HTTP ${metadata.httpStatusCode}` : 'UnknownError')
  return new ServiceError(name || 'Unknown', String(said), metadata, more)
}

/** Something between here and the service may answer in its place, and not in JSON. */
const bodyOf = (text: string): Record<string, unknown> => {
  try {
    return { ...fromWire(text) }
  } catch {
    return {}
  }
}
