/** The lean client that sends by fetch: what both do, its signatures, and the runtimes that it is for. */
import { connect, isKeystormError, model, t } from 'keystorm'
import { leanClient } from 'keystorm/lean/fetch'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Header } from '../../lib/lean/canonical.ts'
import { WebSigner } from '../../lib/lean/fetch/sign.ts'
import { Signer } from '../../lib/lean/sign.ts'
import { diceOf } from '../faults/seeded.ts'
import { errorFrom } from '../support/errors.ts'
import { behaviour } from './behaviour.ts'
import { serving } from './service.ts'

const get = { TableName: 'app', Key: { PK: { S: 'a' } } }
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' }

behaviour(leanClient)

test('signatures are those of the other lean client, whose day, region and secret change', async () => {
  const dice = diceOf('web signatures')
  const pick = <T>(...all: readonly [T, ...T[]]): T => all[Math.floor(dice() * all.length)] ?? all[0]
  const [web, node] = [new WebSigner(), new Signer()]
  for (let i = 0; i < 200; i++) {
    const date = `202601${pick('01', '31')}T0${i % 10}0000Z`
    const headers: Header[] = [
      ['host', 'dynamodb.example.com'],
      ['x-amz-date', date],
      ['x-a', ` ä  ${dice()} `]
    ]
    const given = [
      { path: pick('/', "/x!'()*/%C3%A4"), headers, body: pick('', '{"ä":"😀"}', `${dice()}`) },
      { region: pick('eu-west-1', 'local'), service: 'dynamodb' },
      { accessKeyId: 'AKID', secretAccessKey: pick('one', 'two') }
    ] as const
    assert.is(await web.sign(...given), node.sign(...given))
  }
})

test('a place where nobody listens is tried four times, and told', async () => {
  const { endpoint } = await serving(
    () => ({}),
    async service => service
  )
  let tries = 1
  const client = leanClient({ endpoint, region: 'us-east-1', credentials })
  const error = await errorFrom(() => client.request('GetItem', get, { onRetry: () => tries++ }))
  assert.equal([(error as NodeJS.ErrnoException).code, tries], ['ECONNREFUSED', 4])
  assert.match(error.message, /^the request did not get through: /)
})

test('what is unpacked on the way is not held against a checksum of what was packed', () =>
  serving(
    () => undefined,
    async ({ endpoint }) => {
      const headers = { 'content-encoding': 'gzip', 'x-amz-crc32': '1' }
      const fetch = async () => new Response('{"Item":{"a":{"S":"b"}}}', { headers })
      const client = leanClient({ endpoint, region: 'x', credentials, fetch })
      assert.equal((await client.request('GetItem', get)).Item, { a: { S: 'b' } })
    }
  ))

test('what is not given, nor in the environment, is told', async () => {
  const before = { ...process.env }
  for (const name of Object.keys(before).filter(name => name.startsWith('AWS_'))) delete process.env[name]
  try {
    const missing = async (options: Parameters<typeof leanClient>[0]) => {
      const error = await errorFrom(() => leanClient(options).request('GetItem', get))
      return isKeystormError(error) && error.code === 'NoClient' ? error.data.missing : error
    }
    assert.is(await missing({}), 'region')
    assert.is(await missing({ region: 'eu-west-1' }), 'credentials')
    assert.is(await missing({ region: 'eu-west-1', credentials, endpoint: 'localhost' }), 'endpoint')
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'of the environment', AWS_SECRET_ACCESS_KEY: 's', AWS_REGION: 'x' })
    await serving(
      () => ({}),
      async ({ endpoint, received }) => {
        await connect({ table: 'app', client: leanClient({ endpoint }) }).get(Fruit, { apple: 'a', date: '1' })
        assert.match(received[0]?.headers.authorization ?? '', /Credential=of the environment\/\d{8}\/x\/dynamodb/)
      }
    )
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
})

const Fruit = model('Fruit').pk('apple').sk('date').fields({ weight: t.number() })

test.run()
