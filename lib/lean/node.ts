import { fromSurroundings } from './chain.ts'
import type { ClientOptions, Platform } from './client.ts'
import { crc32 } from './crc32.ts'
import { findEndpoint } from './endpoint.ts'
import { loadFor, NodeTransport, type TransportOptions } from './http.ts'
import { regionOfProfile } from './profile.ts'
import { agentFor } from './proxy.ts'
import { Signer } from './sign.ts'

export interface LeanOptions extends ClientOptions, TransportOptions {}

/** The platform for Node. It does not use `fetch`, which costs as much as everything else together. */
export const nodePlatform = (options: LeanOptions): Platform => {
  const signer = new Signer()
  return {
    locate: async () => {
      const endpoint = await findEndpoint(options, regionOfProfile)
      const { request } = await loadFor(endpoint.url)
      const agent = options.agent ?? (await agentFor(endpoint.url))
      return { ...endpoint, transport: new NodeTransport(endpoint.url, request, agent, options) }
    },
    provide: fromSurroundings(),
    sign: (...given) => signer.sign(...given),
    crc32
  }
}
