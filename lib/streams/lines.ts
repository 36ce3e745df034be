import { describe } from '../errors.ts'
import { isBytes } from '../fields/kinds.ts'
import { InvalidEvent } from './invalid-event.ts'

/** The content of a file: texts of whole lines, chunks of bytes, or all of it as one text or one piece of bytes. */
export type Pieces = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** Yields the lines, without line ends. Throws InvalidEvent for anything that is no text. */
export async function* linesIn(source: Pieces): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const piece of typeof source === 'string' || isBytes(source) ? [source] : source) {
    if (typeof piece === 'string') {
      yield* piece.split('\n')
      continue
    }
    if (!isBytes(piece))
      throw new InvalidEvent('The export', `must be given as lines or bytes, but has ${describe(piece)}`)
    const lines = (rest + textOf(() => decoder.decode(piece, { stream: true }))).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest + textOf(() => decoder.decode())
}

const textOf = (decode: () => string): string => {
  try {
    return decode()
  } catch (cause) {
    const hint = 'pipe what is gzipped through createGunzip() of node:zlib'
    throw new InvalidEvent('The export', `is no text in UTF-8; ${hint}`, undefined, { cause })
  }
}
