/** A program: starts engines on a machine for which there is no dynoxide, and prints as JSON what it was told. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

Object.defineProperty(process, 'arch', { value: 'none' })
const { localTable, startLocalEngine } = await import('../../lib/testing/index.ts')
const { cachedDynamoDBLocal } = await import('../../lib/testing/dynamodb-local.ts')
Object.defineProperty(process, 'arch', { value: 'x64' })

const temporary = mkdtempSync(path.join(tmpdir(), 'keystorm-choices-'))
const warnings: string[] = []
process.on('warning', ({ name, message }) => name === 'keystorm' && warnings.push(message))

/** A java of some version, which gives each who asks over HTTP what it was started with. */
const javaHome = (version: string): string => {
  const home = path.join(temporary, `java-${version}`)
  const binary = path.join(home, 'bin', 'java')
  mkdirSync(path.dirname(binary), { recursive: true })
  const serve =
    'require("http").createServer((_, r) => r.end(process.argv.slice(1).join(" "))).listen(+process.argv.at(-1), "127.0.0.1")'
  writeFileSync(
    binary,
    `#!/bin/sh
if [ "$1" = -version ]; then echo 'openjdk version "${version}" 2021-09-14' >&2
elif [ "$DYNAMODB_LOCAL_HOME" = '${BROKEN}' ]; then echo 'no such class' >&2; exit 1
else exec '${process.execPath}' -e '${serve}' -- "$@"; fi
`
  )
  chmodSync(binary, 0o755)
  return home
}

const EMPTY = path.join(temporary, 'empty')
const [UNPACKED, BROKEN] = [path.join(temporary, 'unpacked'), path.join(temporary, 'broken')]
for (const folder of [UNPACKED, BROKEN]) {
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'DynamoDBLocal.jar'), '')
}
const none = { KEYSTORM_ENGINE: '', DYNAMODB_ENDPOINT: '', DYNAMODB_LOCAL_HOME: '', XDG_CACHE_HOME: EMPTY }
const java = { old: { JAVA_HOME: javaHome('11.0.2') }, new: { JAVA_HOME: javaHome('21.0.1') } }

/** What comes of it with such variables: what the engine says of itself, or the error; and how Java was called. */
const choice = async (env: NodeJS.ProcessEnv): Promise<string> => {
  Object.assign(process.env, none, java.new, env)
  try {
    const engine = await startLocalEngine()
    const called = engine.name === 'dynamodb-local' ? await (await fetch(engine.endpoint)).text() : ''
    await engine.stop()
    return `${engine.about} ${called}`.trim().replaceAll(temporary, '')
  } catch (error) {
    return String(error).replaceAll(temporary, '')
  }
}

const chosen: Record<string, string> = {}
chosen.nothing = await choice({})
chosen.unpacked = await choice({ DYNAMODB_LOCAL_HOME: UNPACKED })
chosen.oldJava = await choice({ DYNAMODB_LOCAL_HOME: UNPACKED, ...java.old })
chosen.wantedOldJava = await choice({ KEYSTORM_ENGINE: 'dynamodb-local', ...java.old })
chosen.noJava = await choice({ KEYSTORM_ENGINE: 'dynamodb-local', JAVA_HOME: EMPTY })
chosen.noJar = await choice({ DYNAMODB_LOCAL_HOME: EMPTY })
chosen.missing = await choice({ KEYSTORM_ENGINE: 'dynoxide' })

const { fetch: send } = globalThis
globalThis.fetch = async () => new Response(null, { status: 503 })
chosen.unreachable = await choice({ KEYSTORM_ENGINE: 'dynamodb-local' })
globalThis.fetch = send

mkdirSync(cachedDynamoDBLocal(), { recursive: true })
chosen.fetched = await choice({})
chosen.broken = await choice({ DYNAMODB_LOCAL_HOME: BROKEN })
rmSync(EMPTY, { recursive: true })

await new Promise(setImmediate) // warnings come late
const fetching = warnings.splice(0).map(text => text.replaceAll(temporary, ''))
Object.assign(process.env, none)
await localTable({ engine: 'dynalite' }, () => {})
const whenAsked = warnings.length
for (const _ of [1, 2]) await localTable(() => {})
await new Promise(setImmediate)
rmSync(temporary, { recursive: true })
console.log(JSON.stringify({ chosen, fetching, whenAsked, ofTables: warnings }))
