/** What `--all` measures besides: other libraries for the same entity, another client, and loading. */
import { deepStrictEqual } from 'node:assert/strict'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { byAwsLite } from './aws-lite.ts'
import { byHand } from './by-hand.ts'
import { clientOf, received } from './client.ts'
import { useOtherModels } from './company.ts'
import { storedOf } from './floor.ts'
import { type Integration, integrations, PAGE } from './integration.ts'
import { keystorm } from './keystorm.ts'
import { loading } from './loading.ts'
import { measure } from './measure.ts'
import { PEER_VERBS, peersOf } from './peers.ts'
import { resultOf, table } from './report.ts'
import { REQUESTS, requestsTo } from './wire.ts'

const effort = { rounds: 15, milliseconds: 20 }
await useOtherModels(5000)

const stored = integrations.map(storedOf)
const pages = await received([stored.slice(0, PAGE)])
const [page = []] = pages
const hand = byHand(clientOf(pages))
const own = keystorm(clientOf(pages))
const peers = peersOf(new DynamoDBClient({ region: 'eu-west-1' }))

/** What libraries keep in an item for themselves. */
const withoutOwn = (item: object) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !/^_|^(PK|SK|GSI1PK)$/.test(name)))

for (const [name, peer] of Object.entries(peers)) {
  for (const item of integrations.slice(0, PAGE)) {
    const { Key } = (await peer.build.get(item)) as { Key: object }
    deepStrictEqual(Key, (hand.build.get?.(item) as { Key: object } | undefined)?.Key, `the key by ${name}`)
    const { Item = {} } = (await peer.build.put(item)) as { Item?: Parameters<typeof unmarshall>[0] }
    deepStrictEqual(withoutOwn(unmarshall(Item)), { ...item }, `the item by ${name}`)
  }
  const read = peer.parse(page).map(item => withoutOwn(item as object))
  deepStrictEqual(read, integrations.slice(0, PAGE), `items read by ${name}`)
}

const names = ['hand-written', 'keystorm', ...Object.keys(peers)]
const built = []
for (const verb of PEER_VERBS) {
  const work = [hand.build[verb], own.build[verb], ...Object.values(peers).map(({ build }) => build[verb])]
  const known = work.filter(one => one !== undefined) as ((item: Integration) => unknown)[]
  built.push(resultOf('building', verb, names, await measure(known, integrations, effort)))
}
const reads = [hand.read, own.read, ...Object.values(peers).map(peer => async () => peer.parse(page))]
built.push(resultOf('decoding', `${PAGE} items`, names, await measure(reads, [undefined], effort)))
console.log(`other libraries, an entity of ten attributes: the same keys and items\n${table(built)}\n`)

const { ways, stop } = await requestsTo(stored, async endpoint => ({ 'aws-lite': await byAwsLite(endpoint) }))
const sent = []
for (const request of REQUESTS) {
  const work = Object.values(ways).map(way => way[request])
  sent.push(resultOf('requests', request, Object.keys(ways), await measure(work, integrations, effort)))
}
stop()
console.log(`requests, one at a time: CPU of the client\n${table(sent)}\n`)

console.log('loading, bundled and minified: CPU over an empty program, and bytes')
console.table(
  Object.fromEntries(
    (await loading(15)).map(({ name, bytes, gzip, cpu }) => [
      name,
      {
        'CPU, ms': Number(cpu.toFixed(1)),
        KB: Number((bytes / 1024).toFixed(1)),
        'KB, gzip': Number((gzip / 1024).toFixed(1))
      }
    ])
  )
)
