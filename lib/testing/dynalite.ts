import { once } from 'node:events'
import type { Server } from 'node:http'
import { findModule } from './locate.ts'
import type { RunningEngine } from './running-engine.ts'

type Dynalite = (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => Server

/** Loads dynalite if it is installed. keystorm neither bundles nor depends on it. */
export const findDynalite = (): Dynalite | undefined => {
  const found = findModule('dynalite')
  return found?.require(found.path) as Dynalite | undefined // the package has no types
}

/** Starts dynalite in this process, in memory, without its simulated delays of table operations. */
export const startDynalite = async (dynalite: Dynalite): Promise<RunningEngine> => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  // Neither the server nor an idle connection keeps a finished program alive.
  server.on('connection', socket => socket.unref())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('dynalite has no port.')
  return { endpoint: `http://127.0.0.1:${address.port}`, stop: () => close(server) }
}

const close = async (server: Server): Promise<void> => {
  if (!server.listening) return
  server.ref()
  const closed = new Promise<void>((resolve, reject) => {
    server.close(error => (error ? reject(error) : resolve()))
  })
  server.closeAllConnections()
  await closed
}
