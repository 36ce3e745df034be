/** The small programs by which the packed package is tried out. */

export interface Program {
  readonly file: string
  readonly text: string
}

const esm = `import { strict as assert } from 'node:assert'
import { connect, isKeystormError, model, models, t } from 'keystorm'
import { param, toJsonata, Unsendable } from 'keystorm/jsonata'
import { leanClient } from 'keystorm/lean'
import { consumer } from 'keystorm/streams'
import { localTable, startLocalEngine } from 'keystorm/testing'
`

const cjs = `const { strict: assert } = require('node:assert')
const { connect, isKeystormError, model, models, t } = require('keystorm')
const { param, toJsonata, Unsendable } = require('keystorm/jsonata')
const { leanClient } = require('keystorm/lean')
const { consumer } = require('keystorm/streams')
const { localTable, startLocalEngine } = require('keystorm/testing')
`

// connect() finds the table only if both entry points share one table context, and a param is known to the core only if
// both share its class.
const body = `
const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })
const pear = { apple: 'a', date: '2026-01-01', weight: 3 }

const main = async () => {
  await localTable(async ({ db }) => {
    await connect().put(Fruit, pear)
    assert.deepEqual(await db.get(Fruit, pear), pear)
    const heavier = db.update(Fruit, pear).set({ weight: param('$states.input.weight') })
    assert.deepEqual(toJsonata(heavier).ExpressionAttributeValues, { ':0': { N: '{% $string($states.input.weight) %}' } })
    assert.ok(await heavier.catch(error => error) instanceof Unsendable)
  })
  const engine = await startLocalEngine({ engine: 'dynalite' })
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const lean = connect({ table: 'nowhere', client: leanClient({ endpoint: engine.endpoint, region: 'x', credentials }) })
  assert.equal((await lean.get(Fruit, pear).catch(error => error)).code, 'NoTable')
  const handler = consumer(models({ Fruit }), { Fruit: { created: ({ after }) => assert.equal(after.weight, 3) }, other: assert.fail })
  const PK = { S: 'A#a#Fruit' }
  const dynamodb = { SequenceNumber: '1', Keys: { PK, SK: { S: 'D#1' } }, NewImage: { PK, SK: { S: 'D#1' }, weight: { N: '3' } } }
  assert.deepEqual(await handler({ Records: [{ eventName: 'INSERT', dynamodb }] }), { batchItemFailures: [] })
  assert.ok(isKeystormError(await handler({ Records: [{ eventSource: 'aws:sqs' }] }).catch(error => error)))
  console.log('wrote and read; started', engine.name)
}
main()
`

/** Write and read, on the engine that is there. They never stop their engines, and must end all the same. */
export const works: readonly Program[] = [
  { file: 'esm.mjs', text: esm + body },
  { file: 'cjs.cjs', text: cjs + body }
]

const late = `
const loaded = () => Object.keys(cache).filter(file => /node_modules.(@aws-sdk|@smithy)/.test(file)).length
const before = loaded()
connect()
const end = Date.now() + 10_000
const look = () => {
  if (loaded() === 0 && Date.now() < end) return setTimeout(look, 20)
  assert.equal(before, 0)
  assert.ok(loaded() > 0)
  console.log('nothing at first,', loaded(), 'modules after connect()')
}
look()
`

/** The SDK is loaded by connect(), and not before. */
export const loading: readonly Program[] = [
  {
    file: 'loading.mjs',
    text: `import { strict as assert } from 'node:assert'
import { createRequire } from 'node:module'
import { connect } from 'keystorm'
const { cache } = createRequire(import.meta.url)
${late}`
  },
  {
    file: 'loading.cjs',
    text: `const { strict: assert } = require('node:assert')
const { connect } = require('keystorm')
const { cache } = require
${late}`
  }
]

/** What is bundled into one file with the SDK. It meets nobody to talk to, and the SDK says so. */
export const inBundle: Program = {
  file: 'to-bundle.mjs',
  text: `import { strict as assert } from 'node:assert'
import { connect, model } from 'keystorm'
Object.assign(process.env, {
  ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_MAX_ATTEMPTS: '1' },
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1'
})
const Fruit = model('Fruit').pk('apple').sk('date')
connect({ table: 'app' }).get(Fruit, { apple: 'a', date: '1' }).then(
  () => assert.fail('nobody answers there'),
  error => {
    assert.equal(error.code, 'ECONNREFUSED')
    console.log('the SDK has tried')
  }
)
`
}

/** What is bundled without the SDK. */
export const leanInBundle: Program = {
  file: 'lean-to-bundle.mjs',
  text: `import { strict as assert } from 'node:assert'
import { createRequire } from 'node:module'
import { connect, model, t } from 'keystorm'
import { leanClient } from 'keystorm/lean'
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
const client = leanClient({ endpoint: 'http://127.0.0.1:1', region: 'x', credentials, maxAttempts: 1 })
const db = connect({ table: 'app', client })
const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })
const fruit = { apple: 'a', date: '1', weight: 1 }
for (const send of [() => db.get(Fruit, fruit), () => db.put(Fruit, fruit), () => db.query(Fruit).where({ apple: 'a' })]) {
  const error = await send().then(() => assert.fail('nobody answers there'), error => error)
  assert.equal(error.code, 'ECONNREFUSED')
}
const { cache } = createRequire(import.meta.url)
assert.deepEqual(Object.keys(cache).filter(file => /node_modules.(@aws-sdk|@smithy)/.test(file)), [])
console.log('tried, without the SDK')
`
}

/** A program, and what it may weigh when it is bundled, minified and gzipped, without the SDK unless that is said. */
export interface Budget extends Program {
  readonly what: string
  readonly isWithSdk?: true
  readonly ceiling: number
}

const fruit = `const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })`
const used = `const key = { apple: 'a', date: '1' }
console.log(await db.put(Fruit, { ...key, weight: 1 }), await db.get(Fruit, key), await db.query(Fruit).where({ apple: 'a' }))`

/** Raise a ceiling only on purpose, in a commit that says why. */
export const budgets: readonly Budget[] = [
  {
    what: 'keys alone',
    file: 'size-keys.mjs',
    text: `import { model, t } from 'keystorm'
${fruit}
console.log(Fruit.key({ apple: 'a', date: '1' }))`,
    ceiling: 19.25 * 1024
  },
  {
    what: 'keys alone, with only the fields it names',
    file: 'size-fields.mjs',
    text: `import { model } from 'keystorm'
import * as t from 'keystorm/t'
${fruit}
console.log(Fruit.key({ apple: 'a', date: '1' }))`,
    ceiling: 12 * 1024
  },
  {
    what: 'a model and verbs',
    file: 'size-verbs.mjs',
    text: `import { connect, model, t } from 'keystorm'
${fruit}
const db = connect()
${used}`,
    ceiling: 67.75 * 1024
  },
  {
    what: 'a model and the verbs it picks',
    file: 'size-pick.mjs',
    text: `import { model, t } from 'keystorm'
import { connectWith, get, put, query } from 'keystorm/pick'
${fruit}
const db = connectWith([get, put, query])
${used}`,
    ceiling: 49.5 * 1024
  },
  {
    what: 'a model and get, with the lean client and only the fields it names',
    file: 'size-least.mjs',
    text: `import { model } from 'keystorm'
import { leanClient } from 'keystorm/lean'
import { connectWith, get } from 'keystorm/pick'
import * as t from 'keystorm/t'
${fruit}
console.log(await connectWith([get], { client: leanClient() }).get(Fruit, { apple: 'a', date: '1' }))`,
    ceiling: 32.25 * 1024
  },
  {
    what: 'a model, verbs and the lean client, which is all it needs',
    file: 'size-lean.mjs',
    text: `import { connect, model, t } from 'keystorm'
import { leanClient } from 'keystorm/lean'
${fruit}
const db = connect({ client: leanClient() })
${used}`,
    ceiling: 73.75 * 1024
  },
  {
    what: "a model and verbs, with the SDK's client",
    isWithSdk: true,
    file: 'size-sdk.mjs',
    text: `import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, model, t } from 'keystorm'
${fruit}
const db = connect({ client: new DynamoDBClient({}) })
${used}`,
    ceiling: 189.25 * 1024
  },
  {
    what: 'spans for OpenTelemetry',
    file: 'size-otel.mjs',
    text: `import { spans } from 'keystorm/otel'
console.log(spans())`,
    ceiling: 2.5 * 1024
  },
  {
    what: 'deleting and updating all that a query finds',
    file: 'size-bulk.mjs',
    text: `import { deleteAll, updateAll } from 'keystorm/bulk'
console.log(deleteAll, updateAll)`,
    ceiling: 57 * 1024
  },
  {
    what: 'gets that go together',
    file: 'size-coalesce.mjs',
    text: `import { coalesced } from 'keystorm/coalesce'
console.log(coalesced)`,
    ceiling: 7.5 * 1024
  },
  {
    what: 'telling of builders that nobody awaited',
    file: 'size-unsent.mjs',
    text: `import { warnUnsent } from 'keystorm/unsent'
console.log(warnUnsent)`,
    ceiling: 5 * 1024
  },
  {
    what: 'builders as states of Step Functions',
    file: 'size-jsonata.mjs',
    text: `import { param, toJsonata } from 'keystorm/jsonata'
console.log(param, toJsonata)`,
    ceiling: 8 * 1024
  },
  {
    what: 'local engines',
    file: 'size-testing.mjs',
    text: `import { localTable } from 'keystorm/testing'
console.log(localTable)`,
    ceiling: 76.25 * 1024
  },
  {
    what: 'a model and a consumer of its changes',
    file: 'size-streams.mjs',
    text: `import { model, models, t } from 'keystorm'
import { consumer } from 'keystorm/streams'
${fruit}
export const handler = consumer(models({ Fruit }), { Fruit: { created: console.log }, other: () => {} })`,
    ceiling: 28.75 * 1024
  },
  {
    what: 'a model, get, create and modify',
    file: 'size-modify.mjs',
    text: `import { model, t } from 'keystorm'
import { connectWith, create, get } from 'keystorm/pick'
import { modify } from 'keystorm/modify'
${fruit}
const db = connectWith([create, get])
console.log(db, modify(db, Fruit, {}, fruit => fruit))`,
    ceiling: 48.25 * 1024
  },
  // What no program has: kept from growing by chance. What programs pay is above.
  { what: 'all that the core exports', file: 'size-all.mjs', text: `export * from 'keystorm'`, ceiling: 75.25 * 1024 }
]

/** What a user sees who has installed no engine. */
export const noEngine: Program = {
  file: 'no-engine.mjs',
  text: `${esm}
for (const options of [{}, { engine: 'dynoxide' }, { engine: 'dynalite' }]) {
  const error = await startLocalEngine(options).catch(error => error)
  assert.equal(error.code, 'NoEngine')
  assert.match(error.message, /npm install --save-dev/)
}
assert.ok(connect && model && models && t && localTable && leanClient && consumer && isKeystormError)
console.log('says what to install')
`
}

const typedBody = `
const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })

export const weight = (): Promise<number | undefined> =>
  localTable(async ({ db }) => (await db.get(Fruit, { apple: 'a', date: 'b' }))?.weight)

export const state = toJsonata(connect({ table: param('$table') }).get(Fruit, { apple: param('$apple'), date: param<string>('$date') }))

// @ts-expect-error a weight is a number
export const mistaken = () => connect().put(Fruit, { apple: 'a', date: 'b', weight: param<string>('$weight') })

// @ts-expect-error a weight is a number
export const wrong = () => connect().put(Fruit, { apple: 'a', date: 'b', weight: 'heavy' })

export const name: Promise<'dynoxide' | 'dynamodb-local' | 'dynalite' | 'endpoint'> = startLocalEngine().then(engine => engine.name)
export const lean = connect({ client: leanClient({ region: 'x', maxAttempts: 2 }) })
export const handler = consumer(models({ Fruit }), { Fruit: { created: ({ after }) => after.weight }, other: () => {} })
assert.ok(isKeystormError(weight), Unsendable.name)
`

const otel = `
import { spans } from 'keystorm/otel'
export const watched = connect({ onRequest: spans() })
`

/** The same imports under the types of either module system. */
export const typed: readonly Program[] = [
  { file: 'esm.mts', text: esm + typedBody + otel },
  { file: 'cjs.cts', text: esm + typedBody + otel }
]
