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

/** The texts of one signature by Signature Version 4, whoever hashes them. */
export class Canonical {
  readonly day: string
  readonly #names: string
  readonly #lines: string
  readonly #path: string
  readonly #date: string
  readonly #scope: string

  constructor({ path, headers }: Unsigned, { region, service }: Scope) {
    const sorted = [...headers].sort(([a], [b]) => (a < b ? -1 : 1))
    const [, date = ''] = sorted.find(([name]) => name === 'x-amz-date') ?? []
    this.#names = sorted.map(([name]) => name).join(';')
    this.#lines = sorted
      .map(([name, value]) => `${name}:${LOOSE.test(value) ? value.trim().replace(/\s+/g, ' ') : value}\n`)
      .join('')
    this.#path = encoded(path)
    this.#date = date
    this.day = date.slice(0, 8)
    this.#scope = `${this.day}/${region}/${service}/aws4_request`
  }

  /** The request, of whose body this is the hash. */
  request(body: string): string {
    return `POST\n${this.#path}\n\n${this.#lines}\n${this.#names}\n${body}`
  }

  /** What the key of the day signs: the request, of which this is the hash. */
  toSign(request: string): string {
    return `${ALGORITHM}\n${this.#date}\n${this.#scope}\n${request}`
  }

  /** The value of the header `authorization`. */
  authorization({ accessKeyId }: Credentials, signature: string): string {
    return `${ALGORITHM} Credential=${accessKeyId}/${this.#scope}, SignedHeaders=${this.#names}, Signature=${signature}`
  }
}

/** A path, encoded already, is encoded once more, its slashes left alone. */
const encoded = (path: string): string =>
  path === '/'
    ? path
    : encodeURIComponent(path)
        .replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%2F', '/')
