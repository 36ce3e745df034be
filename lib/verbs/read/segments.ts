import type { ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { Stop } from '../../driver/signals.ts'
import { type Batch, type Reading, sequence } from './reading.ts'

/** Yields the pages of all segments of a scan. */
export async function* parallel<Item>(reading: Reading<Item>): AsyncGenerator<Batch<Item>, void, undefined> {
  const { segments: count = 1 } = reading
  const stop = new Stop(reading.signal)
  const { signal } = stop
  const segments = Array.from({ length: count }, (_, Segment) =>
    sequence({ ...reading, signal, input: segmentOf(reading.input, Segment, count) }, true)
  )
  let wanted = reading.limit
  try {
    for await (const batch of merged(segments, stop)) {
      if (wanted === undefined) yield batch
      else {
        const items = batch.items.slice(0, wanted)
        wanted -= items.length
        yield { ...batch, items }
        if (wanted === 0) return
      }
    }
  } finally {
    stop.release()
  }
}

/** The input of one segment. */
export const segmentOf = <Input extends ScanCommandInput>(
  input: Input,
  Segment: number,
  TotalSegments: number
): Input => ({
  ...input,
  Segment,
  TotalSegments
})

/**
 * Merges several streams, in the order of arrival. If the caller stops early, or a stream fails, the others are
 * aborted.
 */
export async function* merged<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
  stop: { abort(): void }
): AsyncGenerator<T, void, undefined> {
  const next = async (stream: AsyncGenerator<T, void, undefined>) => ({ stream, result: await stream.next() })
  const coming = new Map(streams.map(stream => [stream, next(stream)]))
  for (const promise of coming.values()) promise.catch(() => {}) // the first failure is the one thrown
  try {
    while (coming.size > 0) {
      const { stream, result } = await Promise.race(coming.values())
      if (result.done) {
        coming.delete(stream)
        continue
      }
      const promise = next(stream)
      promise.catch(() => {})
      coming.set(stream, promise)
      yield result.value
    }
  } finally {
    if (coming.size > 0) stop.abort()
  }
}
