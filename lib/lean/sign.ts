import crypto, { createHash, createHmac } from 'node:crypto'

/** What proves who asks. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** When they end. */
  readonly expiration?: Date | undefined
}

/** A header: its name, in small letters, and its value. */
export type Header = readonly [name: string, value: string]

/** What is to be signed: a POST without a query. */
export interface Unsigned {
  readonly path: string
  /** All that is signed, `host` and `x-amz-date` among them. */
  readonly headers: readonly Header[]
  readonly body: string | Uint8Array
}

export interface Scope {
  readonly region: string
  readonly service: string
}

/** What canonical headers do not have. */
const LOOSE = /^\s|\s$|\s\s|[^\S ]/

const ALGORITHM = 'AWS4-HMAC-SHA256'

// In one go where Node can, from 20.12 and 21.7 on: it costs half of it.
const inOneGo: { readonly hash?: (algorithm: string, data: string | Uint8Array, encoding: 'hex') => string } = crypto
const sha256 = (data: string | Uint8Array): string =>
  inOneGo.hash?.('sha256', data, 'hex') ?? createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

let second = Number.NaN
let written = ''

/** Time as `x-amz-date` has it, 20260131T235959Z; it is written once a second. */
export const dateOf = (milliseconds: number): string => {
  const asked = Math.floor(milliseconds / 1_000)
  if (asked !== second) {
    written = new Date(asked * 1_000).toISOString().replace(/\.\d{3}|[-:]/g, '')
    second = asked
  }
  return written
}

/** Signs by Signature Version 4. The key of a day is derived once. */
export class Signer {
  #derivedFrom = ''
  #key: Buffer = Buffer.alloc(0)

  /** The value of the header `authorization`. */
  sign({ path, headers, body }: Unsigned, { region, service }: Scope, credentials: Credentials): string {
    const sorted = [...headers].sort(([a], [b]) => (a < b ? -1 : 1))
    const names = sorted.map(([name]) => name).join(';')
    const lines = sorted
      .map(([name, value]) => `${name}:${LOOSE.test(value) ? value.trim().replace(/\s+/g, ' ') : value}\n`)
      .join('')
    const request = `POST\n${canonical(path)}\n\n${lines}\n${names}\n${sha256(body)}`
    const [, date = ''] = sorted.find(([name]) => name === 'x-amz-date') ?? []
    const day = date.slice(0, 8)
    const scope = `${day}/${region}/${service}/aws4_request`
    const key = this.#keyOf(credentials.secretAccessKey, day, region, service)
    const signature = hmac(key, `${ALGORITHM}\n${date}\n${scope}\n${sha256(request)}`).toString('hex')
    return `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
  }

  #keyOf(secret: string, ...parts: readonly [day: string, region: string, service: string]): Buffer {
    const from = [secret, ...parts].join('\n')
    if (this.#derivedFrom !== from) {
      this.#key = [...parts, 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`))
      this.#derivedFrom = from
    }
    return this.#key
  }
}

/** A path, encoded already, is encoded once more, its slashes left alone. */
const canonical = (path: string): string =>
  path === '/'
    ? path
    : encodeURIComponent(path)
        .replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%2F', '/')
