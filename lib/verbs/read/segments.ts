/** Several streams as one, in the order in which they bring something. One that stops early ends all of them. */
export async function* merged<T>(
  streams: readonly AsyncGenerator<T, void, undefined>[],
  stop: { abort(): void }
): AsyncGenerator<T, void, undefined> {
  const next = async (stream: AsyncGenerator<T, void, undefined>) => ({ stream, result: await stream.next() })
  const coming = new Map(streams.map(stream => [stream, next(stream)]))
  for (const promise of coming.values()) promise.catch(() => {}) // the first failure is the one that is told
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
