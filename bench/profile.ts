/**
 * Where the time of building and reading goes: a CPU profile of each operation, by the file of keystorm's sources.
 * `npm --prefix bench run profile` shows all operations; with names of operations behind it, only these, and `read`, a page of 100 items.
 */
import { readFileSync } from 'node:fs'
import inspector from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { clientOf, received } from './client.ts'
import { useOtherModels } from './company.ts'
import { storedOf } from './floor.ts'
import { integrations, PAGE } from './integration.ts'
import { keystorm } from './keystorm.ts'
import { kept, measure, median } from './measure.ts'
import { orderByKeystorm, orders, storedOrders } from './order.ts'
import type { Variant } from './variant.ts'

const SHOWN = 9

/** The source file of each line of the bundle, where esbuild names it before each file. */
const filesOf = (bundle: string): readonly string[] => {
  let file = ''
  return readFileSync(bundle, 'utf8')
    .split('\n')
    .map(line => {
      file = /^\/\/ (?:\.\.\/)*(\S+\.[cm]?[jt]s)$/.exec(line)?.[1] ?? file
      return file
    })
}

const files = filesOf(fileURLToPath(import.meta.url))
const session = new inspector.Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 100 })

/** The shares of files in the time of some work. Where the engine runs its own code, its name for that stands in place of a file. */
const sharesOf = async <Input>(
  work: (input: Input) => unknown,
  inputs: readonly Input[]
): Promise<[string, number][]> => {
  await session.post('Profiler.start')
  await measure([work], inputs, { rounds: 10, milliseconds: 100 })
  const { profile } = await session.post('Profiler.stop')
  const ticks = new Map<string, number>()
  const add = (what: string, count: number) => ticks.set(what, (ticks.get(what) ?? 0) + count)
  let all = 0
  for (const { callFrame, hitCount = 0, positionTicks = [] } of profile.nodes) {
    all += hitCount
    const isOurs = callFrame.url === import.meta.url
    if (isOurs) for (const { line, ticks } of positionTicks) add(files[line - 1] ?? '', ticks)
    else
      add(callFrame.url === '' && callFrame.functionName !== '' ? callFrame.functionName : 'generated code', hitCount)
  }
  return [...ticks].map(([what, count]): [string, number] => [what, count / all]).sort((a, b) => b[1] - a[1])
}

const show = async <Input>(name: string, work: (input: Input) => unknown, inputs: readonly Input[]): Promise<void> => {
  const [samples = []] = await measure([work], inputs, { rounds: 15, milliseconds: 20 })
  const nanoseconds = median(samples)
  const shares = await sharesOf(work, inputs)
  const lines = shares.slice(0, SHOWN).map(
    ([what, share]) =>
      `${Math.round(share * nanoseconds)
        .toLocaleString('en')
        .padStart(9)}  ${what}`
  )
  console.log(`${name}: ${Math.round(nanoseconds).toLocaleString('en')} ns\n${lines.join('\n')}\n`)
}

await useOtherModels(5000)
const wanted = process.argv.slice(2)

/** Shows what is wanted of one entity: its operations by name, or `read`. */
const showAll = async <Item>(entity: string, variant: Variant<Item>, items: readonly Item[]): Promise<void> => {
  const work = { ...variant.build, read: variant.read }
  for (const [name, operation] of Object.entries(work))
    if (wanted.length === 0 || wanted.includes(name)) await show(`${entity}, ${name}`, operation, items)
}

const pages = await received([integrations.slice(0, PAGE).map(storedOf)])
await showAll('ten attributes', keystorm(clientOf(pages)), integrations)
const orderPages = await received([storedOrders.slice(0, PAGE)])
await showAll('eighteen attributes', orderByKeystorm(clientOf(orderPages)), orders)
if (kept() === undefined) throw new Error('Nothing was measured.')
