/** The lean client of Node: what both do, and what is its own. */
import { createServer as createTcpServer } from 'node:net'
import { leanClient } from 'keystorm/lean'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pauseAfter, retryAfterOf } from '../../lib/lean/retry.ts'
import { errorFrom } from '../support/errors.ts'
import { behaviour } from './behaviour.ts'
import { serving } from './service.ts'

const get = { TableName: 'app', Key: { PK: { S: 'a' } } }

behaviour(leanClient)

test('pauses are those of the SDK', () => {
  const most = () => 1
  assert.equal(
    [1, 2, 3, 20].map(attempts => pauseAfter(attempts, 'transient', 0, most)),
    [25, 50, 100, 20_000]
  )
  assert.is(pauseAfter(1, 'throttled', 0, most), 1000)
  assert.is(
    pauseAfter(2, 'transient', 0, () => 0.5),
    25
  )
  // What the service asks for is kept to, within five seconds.
  assert.is(
    pauseAfter(1, 'transient', 700, () => 0),
    700
  )
  assert.is(pauseAfter(1, 'transient', 60_000, most), 5_025)
  assert.is(retryAfterOf({ 'x-amz-retry-after': '250' }), 250)
  assert.is(retryAfterOf({ 'retry-after': '2' }), 2_000)
  const soon = retryAfterOf({ 'retry-after': new Date(Date.now() + 3_000).toUTCString() }) ?? 0
  assert.ok(soon > 1_000 && soon <= 3_000)
  for (const headers of [{}, { 'retry-after': 'later' }, { 'x-amz-retry-after': 'x' }])
    assert.is(retryAfterOf(headers), undefined)
})

test('a connection that does not come about in time is a TimeoutError', async () => {
  const mute = createTcpServer(() => {}) // never speaks TLS
  await new Promise<void>(resolve => mute.listen(0, '127.0.0.1', resolve))
  const address = mute.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const options = { endpoint: `https://127.0.0.1:${port}`, region: 'x', credentials, maxAttempts: 1 }
  const client = leanClient({ ...options, connectionTimeout: 60 })
  const error = await errorFrom(() => client.request('GetItem', get))
  assert.equal([error.name, error.message], ['TimeoutError', 'the connection took over 60 ms'])
  mute.close()
})

test('a place where nobody listens is tried four times, and told', async () => {
  const { endpoint } = await serving(
    () => ({}),
    async service => service
  )
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  let tries = 1
  const client = leanClient({ endpoint, region: 'us-east-1', credentials })
  const error = await errorFrom(() => client.request('GetItem', get, { onRetry: () => tries++ }))
  assert.equal([(error as NodeJS.ErrnoException).code, tries], ['ECONNREFUSED', 4])
})

test('connections are kept, and no listener is left on a signal', () =>
  serving(
    () => ({ body: { Item: {} } }),
    async ({ client, connections, received }) => {
      const { signal } = new AbortController()
      for (let i = 0; i < 20; i++) await client.request('GetItem', get, { abortSignal: signal })
      assert.equal([received.length, connections.count], [20, 1])
    }
  ))

test.run()
