import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A port of the loopback interface that nobody uses at this moment. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}

/** Asks again and again until something answers HTTP there; false when the time is over, or what was started has ended. */
export const answers = async (
  endpoint: string,
  milliseconds: number,
  hasEnded: () => boolean = () => false
): Promise<boolean> => {
  const end = Date.now() + milliseconds
  do {
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(1000) })
      await response.body?.cancel()
      return true
    } catch {
      await delay(50)
    }
  } while (Date.now() < end && !hasEnded())
  return false
}
