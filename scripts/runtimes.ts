/** Runs a program with the lean client that sends by fetch in workerd, Deno and Bun, whose npm packages are fetched for it. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { startLocalEngine } from '../lib/testing/index.ts'

const exec = promisify(execFile)
const lib = path.join(import.meta.dirname, '../lib')
const temporary = await mkdtemp(path.join(tmpdir(), 'keystorm-runtimes-'))
const fromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'))
const esbuild = fromTsup('esbuild') as typeof import('esbuild')

const story = (endpoint: string, table: string): string => `
import { connect, createTable, model, t } from '${lib}/index.ts'
import { leanClient } from '${lib}/lean/fetch/index.ts'
const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number(), peel: t.binary() })
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
const story = async () => {
  const events = []
  const onRequest = ({ verb }) => void (verb === 'get' && events.push(verb))
  const client = leanClient({ endpoint: '${endpoint}', region: 'local', credentials })
  const db = connect({ table: '${table}', client, onRequest })
  await createTable(db)
  const pear = { apple: 'a', date: '2026', weight: 3, peel: Uint8Array.of(1, 255) }
  await db.put(Fruit, pear)
  const [found] = await db.query(Fruit).where({ apple: 'a' })
  const refused = await db.create(Fruit, pear).catch(error => error)
  const { peel } = await db.get(Fruit, pear)
  const early = events.length
  await new Promise(resolve => setTimeout(resolve, 5))
  return 'told: ' + [found.weight, ...peel, refused.code, early, ...events].join(' ')
}
`
// An event comes behind the answer.
const TOLD = 'told: 3 1 255 ItemExists 0 get'

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [
  (name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "private"]))
]);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  compatibilityDate = "2025-11-01", compatibilityFlags = ["nodejs_compat"]
);`

/** By its package, which has the binary and nothing else. */
const runtimes = [
  { name: 'node', args: ['plain.mjs'] },
  {
    name: 'workerd',
    from: '@cloudflare/workerd-linux-64@1.20261117.1',
    binary: 'bin/workerd',
    args: ['test', 'config.capnp']
  },
  {
    name: 'deno',
    from: '@deno/linux-x64-glibc@2.9.6',
    binary: 'deno',
    args: ['run', '--allow-net', '--allow-env', 'plain.mjs']
  },
  { name: 'bun', from: '@oven/bun-linux-x64@1.4.5', binary: 'bin/bun', args: ['plain.mjs'] }
]

const fetched = async (from: string, binary: string): Promise<string> => {
  await exec('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', from], {
    cwd: temporary,
    timeout: 180_000
  })
  return path.join(temporary, 'node_modules', from.replace(/@[^@]+$/, ''), binary)
}

let failed = 0
try {
  await writeFile(path.join(temporary, 'package.json'), '{ "private": true }')
  await writeFile(path.join(temporary, 'config.capnp'), CONFIG)
  const engine = await startLocalEngine()
  for (const { name, from, binary = '', args } of runtimes) {
    const program = story(engine.endpoint, `on-${name}`)
    const build = async (file: string, text: string) => {
      const stdin = { contents: text, resolveDir: import.meta.dirname }
      const options = { bundle: true, format: 'esm', platform: 'node' } as const
      const outfile = path.join(temporary, file)
      await esbuild.build({ stdin, ...options, external: ['@aws-sdk/*'], outfile })
    }
    await build('plain.mjs', `${program}console.log(await story())`)
    await build('worker.mjs', `${program}export default { test: async () => console.log(await story()) }`)
    let runtime = process.execPath
    try {
      if (from !== undefined) runtime = await fetched(from, binary)
    } catch (error) {
      console.log(`left out: ${name}: ${from} is not to be had: ${String((error as Error).message.split('\n')[0])}`)
      continue
    }
    const outcome = await exec(runtime, args, { cwd: temporary, timeout: 60_000 }).catch(error => error)
    const said = `${outcome.stdout}\n${outcome.stderr}`
    const isFine = !(outcome instanceof Error) && said.includes(TOLD)
    if (!isFine) failed++
    console.log(isFine ? `ok    ${name}  ${from ?? process.version}` : `FAIL  ${name}\n${said}`)
  }
  await engine.stop()
} finally {
  await rm(temporary, { recursive: true, force: true })
}
process.exitCode = failed > 0 ? 1 : 0
