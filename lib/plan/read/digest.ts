import type { Buffer } from 'node:buffer'
import type crypto from 'node:crypto'

export const DIGEST_BYTES = 9

/** Computes the first bytes of the SHA-256 of a text and bytes. */
export type Digest = (text: string, bytes: Uint8Array) => Buffer

export const digestBy =
  ({ createHash }: Pick<typeof crypto, 'createHash'>): Digest =>
  (text, bytes) =>
    createHash('sha256').update(text).update('\0').update(bytes).digest().subarray(0, DIGEST_BYTES)

let loaded: Promise<Digest> | undefined

/** node:crypto would take a third of the time that keystorm takes to load, so the first page loads it. */
export const loadDigest = (): Promise<Digest> => {
  loaded ??= import('node:crypto').then(digestBy)
  return loaded
}
