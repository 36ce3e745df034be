/** Credentials to sign requests with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  /** When they expire. */
  readonly expiration?: Date | undefined
}

/** A header: its name in lower case, and its value. */
export type Header = readonly [name: string, value: string]

/** The parts of a request that are signed: a POST without a query string. */
export interface Unsigned {
  readonly path: string
  /** All signed headers, including `host` and `x-amz-date`. */
  readonly headers: readonly Header[]
  readonly body: string | Uint8Array
}

export interface Scope {
  readonly region: string
  readonly service: string
}

/** Whitespace that canonical headers must not contain. */
const LOOSE = /^\s|\s$|\s\s|[^\S ]/

const ALGORITHM = 'AWS4-HMAC-SHA256'

let second = Number.NaN
let written = ''

/** The time in the format of `x-amz-date`, 20260131T235959Z. It is formatted only once a second. */
export const dateOf = (milliseconds: number): string => {
  const asked = Math.floor(milliseconds / 1_000)
  if (asked !== second) {
    written = new Date(asked * 1_000).toISOString().replace(/\.\d{3}|[-:]/g, '')
    second = asked
  }
  return written
}

/** The texts of one Signature Version 4, for any implementation of the hashes. */
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

  /** The canonical request. `body` is the hash of the body. */
  request(body: string): string {
    return `POST\n${this.#path}\n\n${this.#lines}\n${this.#names}\n${body}`
  }

  /** The text that the day's key signs. `request` is the hash of the canonical request. */
  toSign(request: string): string {
    return `${ALGORITHM}\n${this.#date}\n${this.#scope}\n${request}`
  }

  /** The value of the `authorization` header. */
  authorization({ accessKeyId }: Credentials, signature: string): string {
    return `${ALGORITHM} Credential=${accessKeyId}/${this.#scope}, SignedHeaders=${this.#names}, Signature=${signature}`
  }
}

/** Encodes the path, which is already encoded, a second time, except for its slashes. */
const encoded = (path: string): string =>
  path === '/'
    ? path
    : encodeURIComponent(path)
        .replace(/[!'()*]/g, one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%2F', '/')
