/**
 * What keystorm costs beside hand-written code for the AWS SDK: CPU time of building the commands' inputs, of reading a
 * page of items, and of whole requests by either client. `--smoke` only shows that everything runs; `--json file` writes the figures.
 */
import { deepStrictEqual } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { byHand } from './by-hand.ts'
import { careful } from './careful.ts'
import { clientOf, received, type Stored } from './client.ts'
import { useOtherModels } from './company.ts'
import { floor, storedOf } from './floor.ts'
import { integrations, PAGE } from './integration.ts'
import { keystorm } from './keystorm.ts'
import { kept, measure, median } from './measure.ts'
import { orderByHand, orderByKeystorm, orders, storedOrders } from './order.ts'
import { judge, type Result, resultOf, sentence, table } from './report.ts'
import type { Variant } from './variant.ts'
import { overClient, REQUESTS, requestsTo } from './wire.ts'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false }, json: { type: 'string' } } })
const effort = values.smoke ? { rounds: 2, milliseconds: 1 } : { rounds: 25, milliseconds: 20 }

/** Measures what is built and read of one entity, and shows it. */
const compare = async <Item>(
  entity: string,
  items: readonly Item[],
  variants: Readonly<Record<string, Variant<Item>>>,
  pages: number
): Promise<Result[]> => {
  const names = Object.keys(variants)
  const [reference] = Object.values(variants).toReversed()
  const verbs = Object.keys(reference?.build ?? {})
  for (const [name, variant] of Object.entries(variants)) {
    for (const item of items)
      for (const verb of verbs)
        deepStrictEqual(variant.build[verb]?.(item), reference?.build[verb]?.(item), `${entity}, ${verb}: ${name}`)
    const read: unknown[] = []
    for (let i = 0; i < pages; i++) read.push(...(await variant.read()))
    deepStrictEqual(read, items, `${entity}, items read: ${name}`)
  }
  const results: Result[] = []
  for (const verb of verbs) {
    const work = Object.values(variants).flatMap(({ build }) => build[verb] ?? [])
    results.push(resultOf('building', verb, names, await measure(work, items, effort)))
  }
  const work = Object.values(variants).map(variant => () => variant.read())
  results.push(resultOf('decoding', `${PAGE} items`, names, await measure(work, items, effort)))
  console.log(`${entity}: the same inputs, and the same items read\n${table(results)}\n`)
  return results
}

const pagesOf = (stored: readonly Stored[]): Promise<Stored[][]> =>
  received([0, 1, 2].map(i => stored.slice(i * PAGE, (i + 1) * PAGE)))

await useOtherModels(values.smoke ? 10 : 5000)

const stored = integrations.map(storedOf)
const pages = await pagesOf(stored)
const orderPages = await pagesOf(storedOrders)
const results: Result[] = [
  ...(await compare(
    'an entity of ten attributes',
    integrations,
    {
      'hand-written': byHand(clientOf(pages)),
      keystorm: keystorm(clientOf(pages)),
      careful: careful(clientOf(pages)),
      floor: floor(clientOf(pages))
    },
    pages.length
  )),
  ...(await compare(
    'an entity of eighteen attributes',
    orders,
    { 'hand-written': orderByHand(clientOf(orderPages)), keystorm: orderByKeystorm(clientOf(orderPages)) },
    orderPages.length
  ))
]

const { ways, stop } = await requestsTo(stored)
const sent: Result[] = []
for (const request of REQUESTS) {
  const work = Object.values(ways).map(way => way[request])
  sent.push(resultOf('requests', request, Object.keys(ways), await measure(work, integrations, effort)))
}
stop()
console.log(`requests, one at a time: CPU of the client\n${table(sent)}\n`)
results.push(...sent)

const above: Record<string, number> = {}
for (const [name, pair] of Object.entries(overClient(pages[0] ?? []))) {
  const [bare = [], own = []] = await measure(pair, integrations, effort)
  above[name] = median(own.map((figure, round) => (figure - (bare[round] ?? Number.NaN)) / 1000))
}
const microseconds = Object.entries(above).map(([name, figure]) => `${name} ${figure.toFixed(1)}`)
console.log(`awaited, above a client that answers at once, µs: ${microseconds.join(', ')}\n`)

const verdicts = judge(results, 'keystorm')
if (values.smoke) console.log('Only a smoke test: too short for the figures to mean anything.')
else for (const verdict of verdicts) console.log(sentence(verdict))

if (values.json !== undefined) {
  const machine = { node: process.version, cpu: os.cpus()[0]?.model, platform: `${os.platform()} ${os.arch()}` }
  writeFileSync(values.json, `${JSON.stringify({ machine, effort, results, above, verdicts }, undefined, 2)}\n`)
}
if (kept() === undefined) throw new Error('Nothing was measured.')
if (!values.smoke && verdicts.some(verdict => !verdict.holds)) process.exitCode = 1
