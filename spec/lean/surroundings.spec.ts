/** Where the lean client goes, as whom and by which way: found as the SDK finds it, or told what is missing. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { isKeystormError } from 'keystorm'
import { type Credentials, type LeanOptions, leanClient } from 'keystorm/lean'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findEndpoint, hostOf } from '../../lib/lean/endpoint.ts'
import { regionOfProfile } from '../../lib/lean/profile.ts'
import { errorFrom } from '../support/errors.ts'
import { serving } from './service.ts'

const get = { TableName: 'app', Key: { PK: { S: 'a' } } }
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' }

/** Runs with nothing of AWS in the environment but this. */
const within = async <T>(env: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<T> => {
  const before = { ...process.env }
  const names = Object.keys(before).filter(name => /^AWS_|_proxy$/i.test(name))
  for (const name of names) delete process.env[name]
  Object.assign(process.env, { AWS_CONFIG_FILE: '/nowhere', AWS_SHARED_CREDENTIALS_FILE: '/nowhere', ...env })
  try {
    return await run()
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

const where = (env: Readonly<Record<string, string>>, options: LeanOptions = {}) =>
  within(env, async () => {
    const { region, url } = await findEndpoint(options, regionOfProfile)
    return `${region} ${url}`
  })

test('hosts are those of the SDK, in every partition, with FIPS and dual-stack', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' })
  const { endpointProvider } = client.config
  const regions = ['us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1', 'us-gov-east-1', 'us-iso-east-1']
  for (const Region of [
    ...regions,
    'us-isob-east-1',
    'eu-isoe-west-1',
    'us-isof-south-1',
    'eusc-de-east-1',
    'ap-new-9'
  ])
    for (const UseFIPS of [false, true])
      for (const UseDualStack of [false, true]) {
        const { url } = endpointProvider({ Region, UseFIPS, UseDualStack, AccountIdEndpointMode: 'disabled' })
        assert.is(hostOf(Region, UseFIPS, UseDualStack), url.host)
      }
  client.destroy()
})

test('region and endpoint are what is given, else what the environment names', async () => {
  const region = { AWS_REGION: 'eu-west-1' }
  assert.is(await where(region), 'eu-west-1 https://dynamodb.eu-west-1.amazonaws.com/')
  assert.is(await where(region, { region: 'us-east-2' }), 'us-east-2 https://dynamodb.us-east-2.amazonaws.com/')
  const fips = { ...region, AWS_USE_FIPS_ENDPOINT: 'true' }
  assert.is(await where(fips), 'eu-west-1 https://dynamodb-fips.eu-west-1.amazonaws.com/')
  assert.is(await where(fips, { useFipsEndpoint: false }), await where(region))
  const dual = { ...region, AWS_USE_DUALSTACK_ENDPOINT: 'true' }
  assert.is(await where(dual), 'eu-west-1 https://dynamodb.eu-west-1.api.aws/')
  const all = { ...region, AWS_ENDPOINT_URL: 'http://one:1' }
  assert.is(await where(all), 'eu-west-1 http://one:1/')
  assert.is(await where({ ...all, AWS_ENDPOINT_URL_DYNAMODB: 'http://two:2' }), 'eu-west-1 http://two:2/')
  assert.is(await where({ ...all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }), await where(region))
  assert.is(await where(all, { endpoint: 'https://three/x/' }), 'eu-west-1 https://three/x/')
})

test("the region of the profile is the config file's", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keystorm-lean-'))
  const file = path.join(folder, 'config')
  writeFileSync(file, '[default]\nregion = eu-west-3\n\n[profile work]\noutput = json\nregion=us-west-1 # there\n')
  const region = async (env = {}) => (await where({ AWS_CONFIG_FILE: file, ...env })).split(' ')[0]
  assert.is(await region(), 'eu-west-3')
  assert.is(await region({ AWS_PROFILE: 'work' }), 'us-west-1')
  assert.is(await region({ AWS_REGION: 'eu-south-1' }), 'eu-south-1')
  rmSync(folder, { recursive: true })
})

const lacking = async (env: Readonly<Record<string, string>>, options: LeanOptions = {}) => {
  const error = await within(env, () => errorFrom(() => leanClient(options).request('GetItem', get)))
  assert.ok(isKeystormError(error) && error.code === 'NoClient', `${error.stack}`)
  return [error.data.missing, error.message]
}

test('what is missing, or is none, is told by the first request', async () => {
  assert.equal(await lacking({}), [
    'region',
    'leanClient(): there is no region: give it as leanClient({ region }), in AWS_REGION, or in the profile.'
  ])
  assert.equal(await lacking({}, { region: 'x.evil.com/' }), ['region', 'leanClient(): "x.evil.com/" is no region.'])
  for (const endpoint of ['localhost', 'localhost:8000', 'ftp://x', 'http://u:p@x', 'http://x?y'])
    assert.equal(await lacking({ AWS_REGION: 'x' }, { endpoint }), [
      'endpoint',
      `leanClient(): the endpoint "${endpoint}" is no URL such as http://localhost:8000.`
    ])
  const fips = { region: 'x', endpoint: 'http://x', useFipsEndpoint: true }
  assert.match((await lacking({}, fips))[1] ?? '', /an endpoint of your own \("http:\/\/x"\) cannot go with FIPS/)
  const [missing, message] = await lacking({ AWS_EC2_METADATA_DISABLED: 'true' }, { region: 'eu-west-1' })
  assert.is(missing, 'credentials')
  assert.match(
    message ?? '',
    /^leanClient\(\): there are no credentials in AWS_.* says: Could not load credentials.*: give them as leanClient\(\{ credentials \}\)\.$/
  )
  const none = (await lacking({}, { region: 'eu-west-1', credentials: {} as Credentials }))[1]
  assert.match(none ?? '', /has no accessKeyId and secretAccessKey/)
})

test('without the chain of the SDK, it is said what to install', () => {
  const hook = `export const resolve = (name, context, next) => {
    if (name.startsWith('@aws-sdk/')) throw new Error('no such package');
    return next(name, context)
  }`
  const program = `
    import { register } from 'node:module'
    const { leanClient } = await import('${new URL('../../lib/lean/index.ts', import.meta.url).href}')
    register(${JSON.stringify(`data:text/javascript,${hook.replaceAll('\n', ' ')}`)})
    const error = await leanClient({ region: 'x' }).request('GetItem', {}).catch(error => error)
    console.log(error.code, error.message)`
  const { PATH } = process.env
  const said = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    ...{ encoding: 'utf8', timeout: 30_000, cwd: path.join(import.meta.dirname, '../..') },
    env: { PATH }
  })
  assert.match(
    said,
    /^NoClient leanClient\(\): there are no credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, .* npm install @aws-sdk\/credential-provider-node/
  )
})

const signedBy = (headers: IncomingHttpHeaders | undefined) =>
  /Credential=([^/]+)/.exec(headers?.authorization ?? '')?.[1]

test('credentials are those of the environment, with their token', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' }
  await within(env, () =>
    serving(
      () => ({}),
      async ({ endpoint, received }) => {
        const client = leanClient({ endpoint, region: 'x' })
        await client.request('GetItem', get)
        client.destroy()
        assert.equal([signedBy(received[0]?.headers), received[0]?.headers['x-amz-security-token']], ['ENV', 'token'])
        assert.match(received[0]?.headers.authorization ?? '', /SignedHeaders=[^,]*x-amz-security-token/)
      }
    )
  )
})

test('a profile goes before the environment, by the chain of the SDK', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keystorm-lean-'))
  const file = path.join(folder, 'credentials')
  writeFileSync(file, '[work]\naws_access_key_id = PROFILE\naws_secret_access_key = secret\n')
  const env = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'x', AWS_PROFILE: 'work' }
  await within({ ...env, AWS_SHARED_CREDENTIALS_FILE: file }, () =>
    serving(
      () => ({}),
      async ({ endpoint, received }) => {
        const client = leanClient({ endpoint, region: 'x' })
        await client.request('GetItem', get)
        client.destroy()
        assert.is(signedBy(received[0]?.headers), 'PROFILE')
      }
    )
  )
  rmSync(folder, { recursive: true })
})

test('credentials that end are asked for anew five minutes before, once for all who wait', () => {
  let count = 0
  const lives = [60_000, 400_000]
  const provide = async () => {
    const expiration = new Date(Date.now() + (lives[count++] ?? 1))
    await new Promise(resolve => setTimeout(resolve, 10))
    return { ...credentials, accessKeyId: `key-${count}`, expiration }
  }
  return serving(
    () => ({}),
    async ({ client, received }) => {
      await Promise.all([1, 2, 3].map(() => client.request('GetItem', get)))
      await Promise.all([1, 2, 3].map(() => client.request('GetItem', get)))
      await client.request('GetItem', get)
      const keys = received.map(({ headers }) => signedBy(headers))
      assert.equal(
        keys,
        [1, 1, 1, 2, 2, 2, 2].map(n => `key-${n}`)
      )
    },
    { credentials: provide }
  )
})

test('where new credentials are not to be had, old ones serve to their end; a failure is not kept', () => {
  let count = 0
  const ends = Date.now() + 1_500
  const provide = async () => {
    if (++count === 1 || count === 4) throw new Error(`out of order ${count}`)
    if (count === 3) throw new Error('not now')
    return { ...credentials, expiration: new Date(ends) }
  }
  return serving(
    () => ({}),
    async ({ client }) => {
      assert.is((await errorFrom(() => client.request('GetItem', get))).message, 'out of order 1')
      await client.request('GetItem', get)
      await client.request('GetItem', get)
      await new Promise(resolve => setTimeout(resolve, ends - Date.now() + 10))
      assert.is((await errorFrom(() => client.request('GetItem', get))).message, 'out of order 4')
    },
    { credentials: provide }
  )
})

// A certificate that is good for nothing else.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglzs0KuuSXa3a6lBQ
gxXYYcEJ2upFFwCQDaGFRVKTk42hRANCAAT5qLfYstt5EPwpjbaHj85o97BXOnvN
7a0uYGNV9BGP1K4YchrERoVXu++pARvOziLU/Scg57Tz2dyvJqfvYZ60
-----END PRIVATE KEY-----`
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIUdlkgHWYku6W0XrhdoU0PxGZKYu0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjAyMjcxMFoYDzIxMjYxMTAy
MDIyNzEwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT5qLfYstt5EPwpjbaHj85o97BXOnvN7a0uYGNV9BGP1K4YchrERoVX
u++pARvOziLU/Scg57Tz2dyvJqfvYZ60o1MwUTAdBgNVHQ4EFgQUm6rsDtdl/qLt
ruo0VaVAhE5OzccwHwYDVR0jBBgwFoAUm6rsDtdl/qLtruo0VaVAhE5OzccwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBXxSvWadbpvqQnePhkIdEK
wNi4uVjSF2BEvm2oqfYy1QIgQzCDXUlTPTc7SmYzhfzgMMgXr1/NeBc/wO0CXS8m
J/Y=
-----END CERTIFICATE-----`

interface Asked {
  readonly to: string | undefined
  readonly login: string | undefined
}

/** A service that speaks TLS, and a proxy that lets through to it, or answers with this status. */
const proxied = async (
  status: number,
  use: (place: { endpoint: string; proxy: string; asked: Asked[] }) => Promise<void>
) => {
  const secure = createSecureServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end('{"Count":7}'))
  const proxy = createServer()
  const asked: Asked[] = []
  proxy.on('connect', ({ url, headers }, socket) => {
    asked.push({ to: url, login: headers['proxy-authorization'] })
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const through = connectTcp((secure.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    through.on('error', () => {})
    socket.on('error', () => {})
    return undefined
  })
  for (const server of [secure, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening')
  const port = (server: typeof proxy) => (server.address() as AddressInfo).port
  try {
    await use({ endpoint: `https://localhost:${port(secure)}`, proxy: `127.0.0.1:${port(proxy)}`, asked })
  } finally {
    for (const server of [secure, proxy]) {
      server.closeAllConnections()
      server.close()
    }
  }
}

const UNTRUSTED = { NODE_TLS_REJECT_UNAUTHORIZED: '0' }

test('the proxy that the environment names is gone through, unless it excepts the place', () =>
  proxied(200, async ({ endpoint, proxy, asked }) => {
    const ask = async (env: Readonly<Record<string, string>>) =>
      within({ ...UNTRUSTED, ...env }, async () => {
        const client = leanClient({ endpoint, region: 'x', credentials })
        const answers = await Promise.all([1, 2].map(() => client.request('Query', {} as never)))
        client.destroy()
        return answers.map(({ Count }) => Count)
      })
    assert.equal(await ask({ HTTPS_PROXY: `http://me:pass%20word@${proxy}` }), [7, 7])
    const login = `Basic ${Buffer.from('me:pass word').toString('base64')}`
    assert.equal(asked[0], { to: endpoint.slice('https://'.length), login })
    const before = asked.length
    for (const exempt of ['*', 'localhost', 'x.com, .localhost', endpoint.slice('https://'.length)])
      assert.equal(await ask({ HTTPS_PROXY: `http://${proxy}`, NO_PROXY: exempt }), [7, 7])
    assert.is(asked.length, before)
    assert.equal(await ask({ HTTPS_PROXY: `http://${proxy}`, NO_PROXY: 'localhost:1,host' }), [7, 7])
    assert.ok(asked.length > before)
  }))

test('a proxy that refuses, is not there, or speaks otherwise is told', async () => {
  const failing = (endpoint: string, proxy: string) =>
    within({ HTTPS_PROXY: proxy }, () => {
      const client = leanClient({ endpoint, region: 'x', credentials })
      return errorFrom(() => client.request('GetItem', get))
    })
  let gone = ''
  await proxied(407, async ({ endpoint, proxy, asked }) => {
    gone = proxy
    const { message } = await failing(endpoint, `http://${proxy}`)
    assert.match(message, /^the proxy 127\.0\.0\.1 refused to connect to localhost:\d+: HTTP 407$/)
    assert.is(asked.length, 1)
    const strange = await failing(endpoint, `socks5://me:secret@${proxy}`)
    assert.match(
      strange.message,
      /^leanClient\(\): the proxy .* of HTTPS_PROXY is none that speaks http: give leanClient/
    )
    assert.not.match(strange.message, 'secret')
  })
  const error = await failing('https://localhost:1', `http://${gone}`)
  assert.is((error as NodeJS.ErrnoException).code, 'ECONNREFUSED')
})

test.run()
