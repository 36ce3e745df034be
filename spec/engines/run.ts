/**
 * Runs the contract specs on every engine this machine can have, and the published designs on DynamoDB Local; ends with a table
 * of what came of it. `--but dynoxide` leaves out the engine that `npm test` runs on.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findDynoxide, startDynoxide } from '../../lib/testing/dynoxide.ts'
import { findModule } from '../../lib/testing/locate.ts'
import { startFaultProxy } from '../faults/proxy.ts'
import { findSpecs, runFiles } from '../support/files.ts'
import { showFile, sum, type Totals, timeLimit } from '../support/report.ts'
import { startDynamoDBLocal } from './dynamodb-local.ts'
import { exactPrefixes } from './prefixes.ts'

interface Row extends Partial<Totals> {
  readonly engine: string
  readonly version?: string
  readonly 'left out because'?: string
}

const { but } = parseArgs({ options: { but: { type: 'string' } } }).values
const root = path.join(import.meta.dirname, '..')
const SDK = { KEYSTORM_CLIENT: 'sdk' }
const LEAN = { KEYSTORM_CLIENT: 'lean' }
/** For what another client has run already. */
const FEW = { SPEC_RUNS: '0.05' }
/** Each operation, and what is told of it; what is about keys and layouts is the same by all clients. */
const SHORTEST = '^contract/(batches|engine|move|pages|reads|streams|transactions|unexpired|values|verbs)[.]'
const SHORT = `${SHORTEST}|^contract/(absent|bulk|coalesce|modify|updates|upserts|writes)|^faults/proxy`
const files = findSpecs(root, '^contract/')
if (files.length === 0) console.log('FAIL  there is no spec in spec/contract')

const run = async (engine: string, version: string, env: NodeJS.ProcessEnv, specs = files): Promise<Row> => {
  console.log(`\n${engine} ${version}`)
  return { engine, version, ...sum(await runFiles(root, specs, { seconds: timeLimit(), env }, showFile)) }
}

const packageVersion = (id: string): string | undefined => {
  const manifest = findModule(`${id}/package.json`)
  return manifest && (JSON.parse(readFileSync(manifest.path, 'utf8')) as { version: string }).version
}

const installed = (engine: string, id: string): Promise<Row> | Row => {
  const version = packageVersion(id)
  // An empty variable counts as none: the one that the other engine needs must not leak in from outside.
  if (version) return run(engine, version, { ...SDK, KEYSTORM_ENGINE: engine, DYNAMODB_ENDPOINT: '' })
  return { engine, 'left out because': `${id} is not installed on ${process.platform}-${process.arch}` }
}

/** Faults as they come, but often: one request in nine has one, and one page or batch in four. */
const FAULTS = {
  drop: 0.02,
  lose: 0.02,
  error: 0.02,
  throttle: 0.005,
  conflict: 0.05,
  unprocessed: 0.2,
  cut: 0.2,
  slow: 0.05
}

const throughFaults = async (engine: string, client: NodeJS.ProcessEnv): Promise<Row> => {
  const binary = findDynoxide()
  if (binary === undefined) return { engine, 'left out because': 'dynoxide is not installed' }
  const dynoxide = await startDynoxide(binary)
  // What may be done only once is left alone: what becomes of that is told by specs of its own.
  const proxy = await startFaultProxy(dynoxide.endpoint, {
    seed: 1,
    faults: FAULTS,
    isMerciful: true,
    isCareful: true,
    mend: exactPrefixes
  })
  try {
    const env = { KEYSTORM_ENGINE: '', DYNAMODB_ENDPOINT: proxy.endpoint, KEYSTORM_FAULTS: 'yes', ...client }
    const row = await run(engine, packageVersion('@dynoxide/linux-x64') ?? '', env)
    console.log(
      Object.entries(proxy.counts)
        .map(([what, count]) => `${what} ${count}`)
        .join(', ')
    )
    return row
  } finally {
    await proxy.stop()
    await dynoxide.stop()
  }
}

/** What holds with the SDK's client holds with the lean one: the contract, which `npm test` runs by it, and what networks do. */
const leanClient = async (): Promise<Row> => {
  const engine = 'dynoxide, lean client'
  if (findDynoxide() === undefined) return { engine, 'left out because': 'dynoxide is not installed' }
  const env = { KEYSTORM_ENGINE: 'dynoxide', DYNAMODB_ENDPOINT: '', ...LEAN }
  const specs = findSpecs(root, but === 'dynoxide' ? '^faults/' : '^(contract|faults)/')
  return run(engine, packageVersion('@dynoxide/linux-x64') ?? '', env, specs)
}

/** And with the one of `fetch`, which other runtimes take. */
const fetchClient = async (): Promise<Row> => {
  const engine = 'dynoxide, client of fetch'
  if (findDynoxide() === undefined) return { engine, 'left out because': 'dynoxide is not installed' }
  const env = { KEYSTORM_ENGINE: 'dynoxide', DYNAMODB_ENDPOINT: '', KEYSTORM_CLIENT: 'fetch', ...FEW }
  return run(engine, packageVersion('@dynoxide/linux-x64') ?? '', env, findSpecs(root, SHORT))
}

const dynamodbLocal = async (): Promise<Row[]> => {
  const engine = 'DynamoDB Local'
  const local = await startDynamoDBLocal().catch((error: Error) => error)
  if (local instanceof Error) return [{ engine, failed: 1, 'left out because': local.message }]
  if (typeof local === 'string') return [{ engine, 'left out because': local }]
  try {
    const env = { KEYSTORM_ENGINE: '', DYNAMODB_ENDPOINT: local.endpoint }
    return [
      await run(engine, local.version, { ...env, ...SDK }, findSpecs(root, '^(contract|designs)/')),
      await run(`${engine}, lean client`, local.version, { ...env, ...LEAN, ...FEW }, findSpecs(root, SHORTEST))
    ]
  } finally {
    await local.stop()
  }
}

const rows = [
  but === 'dynoxide'
    ? { engine: 'dynoxide', 'left out because': '--but dynoxide' }
    : await installed('dynoxide', '@dynoxide/linux-x64'),
  await throughFaults('dynoxide through faults', SDK),
  await throughFaults('dynoxide through faults, lean client', { ...LEAN, SPEC_RUNS: '0.05' }),
  await leanClient(),
  await fetchClient(),
  await installed('dynalite', 'dynalite'),
  ...(await dynamodbLocal())
]

console.log()
console.table(Object.fromEntries(rows.map(({ engine, ...row }) => [engine, row])))

const total = (count: 'passed' | 'failed') => rows.reduce((all, row) => all + (row[count] ?? 0), 0)
const passed = total('passed')
const failed = total('failed') + (passed === 0 ? 1 : 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
