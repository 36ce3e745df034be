import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findDynoxide } from '../../lib/testing/dynoxide.ts'
import { type EngineName, localTable, startLocalEngine } from '../../lib/testing/index.ts'
import { answers } from '../../lib/testing/port.ts'

const testing = new URL('../../lib/testing/index.ts', import.meta.url).href
const START = `
  const { startLocalEngine, localTable } = await import('${testing}')
  const engine = await startLocalEngine()
  await localTable(({ db }) => db)
  console.log(engine.endpoint)
`

/** Runs a program that starts an engine and never stops it; gives how it ended and where the engine was. */
const run = async (engine: EngineName, ending: string) => {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', START + ending], {
    env: { ...process.env, KEYSTORM_ENGINE: engine, DYNAMODB_ENDPOINT: '' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    output += text
  })
  const [code, signal] = await once(child, 'close')
  return { ended: signal ?? code, endpoint: output.trim() }
}

/** Whether an engine that was killed goes, which takes it a moment on a busy machine. */
const goes = async (endpoint: string): Promise<boolean> => {
  for (let tries = 0; tries < 40; tries++) {
    if (!(await answers(endpoint, 0))) return true
    await delay(50)
  }
  return false
}

const lifetime = suite('an engine that nobody stops')

const engines: EngineName[] = findDynoxide() ? ['dynoxide', 'dynalite'] : ['dynalite']
for (const engine of engines) {
  for (const { how, ending, ended } of [
    { how: 'its program comes to an end', ending: '', ended: 0 },
    { how: 'its program throws', ending: "throw new Error('no')", ended: 1 },
    { how: 'its program exits', ending: 'process.exit(3)', ended: 3 },
    {
      how: 'its program is terminated',
      ending: "process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)",
      ended: 'SIGTERM'
    }
  ]) {
    lifetime(`is gone when ${how} (${engine})`, async () => {
      const result = await run(engine, ending)
      assert.is(result.ended, ended)
      assert.match(result.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.ok(await goes(result.endpoint))
    })
  }
}

lifetime.run()

const stopping = suite('stop')

for (const name of engines) {
  stopping(`ends the engine, and can be called twice (${name})`, async () => {
    const engine = await startLocalEngine({ engine: name })
    assert.is(engine.name, name)
    assert.ok(await answers(engine.endpoint, 0))
    await engine.stop()
    await engine[Symbol.asyncDispose]()
    assert.not(await answers(engine.endpoint, 0))
  })
}

stopping.run()

const choosing = suite('localTable')

choosing('uses the engine it is told to, and starts each only once', async () => {
  const endpointOf = (engine: EngineName) => localTable({ engine }, ({ client }) => client.config.endpoint?.())
  const found = await Promise.all([...engines, ...engines].map(endpointOf))
  assert.is(new Set(found.map(endpoint => endpoint?.port)).size, engines.length)
})

choosing.run()
