import { Buffer } from 'node:buffer'
import type { webcrypto } from 'node:crypto'
import { Canonical, type Credentials, type Scope, type Unsigned } from '../canonical.ts'

type CryptoKey = webcrypto.CryptoKey

const { subtle } = crypto
const encoder = new TextEncoder()
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

const bytesOf = (text: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof text === 'string' ? encoder.encode(text) : new Uint8Array(text)
const hexOf = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex')
const sha256 = async (data: string | Uint8Array): Promise<string> =>
  hexOf(await subtle.digest('SHA-256', bytesOf(data)))
const keyOf = (bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  subtle.importKey('raw', bytes, HMAC, false, ['sign'])
const hmac = async (key: CryptoKey, data: string): Promise<ArrayBuffer> => subtle.sign('HMAC', key, bytesOf(data))

/** Signs by Signature Version 4 with WebCrypto. It derives the key of a day once, and keeps it as a CryptoKey. */
export class WebSigner {
  #derivedFrom = ''
  #key: Promise<CryptoKey> | undefined

  /** The value of the `authorization` header. */
  async sign(unsigned: Unsigned, scope: Scope, credentials: Credentials): Promise<string> {
    const canonical = new Canonical(unsigned, scope)
    const key = this.#keyOf(credentials.secretAccessKey, canonical.day, scope.region, scope.service)
    const request = canonical.request(await sha256(unsigned.body))
    const signature = hexOf(await hmac(await key, canonical.toSign(await sha256(request))))
    return canonical.authorization(credentials, signature)
  }

  #keyOf(secret: string, ...parts: readonly [day: string, region: string, service: string]): Promise<CryptoKey> {
    const from = [secret, ...parts].join('\n')
    if (this.#key === undefined || this.#derivedFrom !== from) {
      this.#derivedFrom = from
      const first = keyOf(bytesOf(`AWS4${secret}`))
      this.#key = [...parts, 'aws4_request'].reduce(async (key, part) => keyOf(await hmac(await key, part)), first)
    }
    return this.#key
  }
}
