import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A port of the loopback interface that is free now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.')
  return address.port
}

/** Polls an endpoint until it answers HTTP. Resolves to false after the time limit, or once the engine has ended. */
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
