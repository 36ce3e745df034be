/** What programs weigh and what it costs to load them, bundled and minified: CPU time over an empty program, and bytes. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { median } from './measure.ts'

const CLIENT = `{ region: 'eu-west-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } }`
const MODEL = `const Fruit = model('Fruit').pk('farm').sk('number').fields({ weight: t.number() })\n`
const use = (db: string) => `globalThis.used = [Fruit, ${db}]`

/** `stub`: the SDK is nothing, to see the rest alone. */
interface Program {
  readonly source: string
  readonly isStubbed?: boolean
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  'the SDK by hand': {
    source: `
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
globalThis.used = [GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand, marshall, unmarshall]
globalThis.client = new DynamoDBClient(${CLIENT})`
  },
  'keystorm with the SDK': {
    source: `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, model, t } from 'keystorm'
${MODEL}${use(`connect({ table: 'app', client: new DynamoDBClient(${CLIENT}) })`)}`
  },
  'keystorm with the lean client': {
    source: `
import { connect, model, t } from 'keystorm'
import { leanClient } from 'keystorm/lean'
${MODEL}${use(`connect({ table: 'app', client: leanClient(${CLIENT}) })`)}`,
    isStubbed: true
  },
  'get, put and query picked, lean client': {
    source: `
import { model, t } from 'keystorm'
import { leanClient } from 'keystorm/lean'
import { connectWith, get, put, query } from 'keystorm/pick'
${MODEL}${use(`connectWith([get, put, query], { table: 'app', client: leanClient(${CLIENT}) })`)}`,
    isStubbed: true
  },
  'keystorm alone, the SDK stubbed': {
    source: `
import { connect, model, t } from 'keystorm'
${MODEL}${use(`connect({ table: 'app', client: { request: async () => ({}) } })`)}`,
    isStubbed: true
  },
  'aws-lite': {
    source: `
import awsLite from '@aws-lite/client'
import dynamodb from '@aws-lite/dynamodb'
globalThis.used = await awsLite({ region: 'eu-west-1', accessKeyId: 'none', secretAccessKey: 'none', plugins: [dynamodb] })`
  }
}

const SDK = '@aws-sdk/client-dynamodb'

/** At its end a program tells what CPU time its process took, in microseconds. */
const TELL = `\nconst { user, system } = process.cpuUsage(); console.log(user + system)`

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const bundle = async (index: number, { source, isStubbed = false }: Program): Promise<string> => {
  const outfile = here(`loading-${index}.mjs`)
  await build({
    stdin: { contents: source + TELL, resolveDir: here('../..'), loader: 'js' },
    tsconfig: here('../../tsconfig.json'),
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    // CommonJS in a bundle may ask for Node's own modules.
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    // One SDK: keystorm's sources would bring along that of the repository as well.
    ...(isStubbed ? { external: ['@aws-sdk/*'] } : { alias: { [SDK]: here(`../${SDK}`) } }),
    logLevel: 'error'
  })
  return outfile
}

const cpuOf = (file: string): number => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return Number(stdout) / 1000
}

export interface Loading {
  readonly name: string
  readonly bytes: number
  readonly gzip: number
  /** Milliseconds of CPU over an empty program: the median of the rounds. */
  readonly cpu: number
}

export const loading = async (rounds: number): Promise<Loading[]> => {
  const empty = here('loading-empty.mjs')
  writeFileSync(empty, TELL)
  const programs: { name: string; file: string; over: number[] }[] = []
  for (const [index, [name, program]] of Object.entries(PROGRAMS).entries())
    programs.push({ name, file: await bundle(index, program), over: [] })
  for (const { file } of programs) cpuOf(file) // from now on the files are in memory
  for (let round = 0; round < rounds; round++) {
    const least = cpuOf(empty)
    for (const { file, over } of programs) over.push(cpuOf(file) - least)
  }
  return programs.map(({ name, file, over }) => {
    const code = readFileSync(file)
    return { name, bytes: code.length, gzip: gzipSync(code).length, cpu: median(over) }
  })
}
