/**
 * What keystorm costs beside hand-written code for the AWS SDK: CPU time of building the commands' inputs, and of
 * reading a page of items. `--smoke` only shows that everything runs; `--json file` writes the figures.
 */
import { deepStrictEqual } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { byHand } from './by-hand.ts'
import { clientOf, received, type Stored } from './client.ts'
import { useOtherModels } from './company.ts'
import { floor } from './floor.ts'
import { integrations, PAGE } from './integration.ts'
import { keystorm } from './keystorm.ts'
import { kept, measure } from './measure.ts'
import { judge, type Result, resultOf, sentence, table } from './report.ts'
import { type Variant, VERBS } from './variant.ts'

const { values } = parseArgs({ options: { smoke: { type: 'boolean', default: false }, json: { type: 'string' } } })
const effort = values.smoke ? { rounds: 2, milliseconds: 1 } : { rounds: 25, milliseconds: 20 }

const stored = integrations.map(item => (floor(clientOf([])).build.put(item) as { Item: Stored }).Item)
const pages = await received([0, 1, 2].map(i => stored.slice(i * PAGE, (i + 1) * PAGE)))
const variants: Record<string, Variant> = {
  'hand-written': byHand(clientOf(pages)),
  keystorm: keystorm(clientOf(pages)),
  floor: floor(clientOf(pages))
}
const names = Object.keys(variants)

for (const [name, variant] of Object.entries(variants)) {
  for (const item of integrations)
    for (const verb of VERBS)
      deepStrictEqual(variant.build[verb](item), variants.floor?.build[verb](item), `${verb}: ${name}`)
  const read = (await Promise.all(pages.map(() => variant.read()))).flat()
  deepStrictEqual(read, integrations, `items read: ${name}`)
}
console.log(`${names.join(', ')}: the same inputs, and the same items read\n`)

await useOtherModels(values.smoke ? 10 : 5000)

const results: Result[] = []
for (const verb of VERBS) {
  const work = Object.values(variants).map(variant => variant.build[verb])
  results.push(resultOf('building', verb, names, await measure(work, integrations, effort)))
}
const work = Object.values(variants).map(variant => () => variant.read())
results.push(resultOf('decoding', `${PAGE} items`, names, await measure(work, integrations, effort)))

const verdicts = judge(results, 'keystorm')
console.log(`${table(results)}\n`)
if (values.smoke) console.log('Only a smoke test: too short for the figures to mean anything.')
else for (const verdict of verdicts) console.log(sentence(verdict))

if (values.json !== undefined) {
  const machine = { node: process.version, cpu: os.cpus()[0]?.model, platform: `${os.platform()} ${os.arch()}` }
  writeFileSync(values.json, `${JSON.stringify({ machine, effort, results, verdicts }, undefined, 2)}\n`)
}
if (kept() === undefined) throw new Error('Nothing was measured.')
if (!values.smoke && verdicts.some(verdict => !verdict.holds)) process.exitCode = 1
