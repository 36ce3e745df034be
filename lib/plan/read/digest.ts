import { Buffer } from 'node:buffer'

export const DIGEST_BYTES = 8

/** No character, and no byte, is that. */
const END_OF_TEXT = 0x10000

/**
 * A digest of a text and bytes: against mistakes, and not against anybody who means to deceive. Each step can be undone, so
 * that one other character alone always gives another digest. Node's own hashes take as long to load as a third of keystorm.
 */
export const digest = (text: string, bytes: Uint8Array): Buffer => {
  let [a, b] = [0x243f6a88, 0x13198a2e]
  const take = (unit: number): void => {
    a = Math.imul((a << 5) ^ (a >>> 27) ^ unit, 0x9e3779b1)
    b = Math.imul((b << 7) ^ (b >>> 25) ^ unit, 0x85ebca77)
  }
  for (let i = 0; i < text.length; i++) take(text.charCodeAt(i))
  take(END_OF_TEXT)
  for (const byte of bytes) take(byte)
  for (let i = 0; i < 4; i++) take(END_OF_TEXT) // the last ones reach all bits, too
  const digest = Buffer.alloc(DIGEST_BYTES)
  digest.writeInt32BE(a)
  digest.writeInt32BE(b, 4)
  return digest
}
