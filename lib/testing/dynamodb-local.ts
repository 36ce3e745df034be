import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { KeystormError } from '../errors.ts'
import { kill, killWithProcess, letGo } from './child.ts'
import { JARS, VERSION } from './dynamodb-local-jars.ts'
import { artifactsOf, fetchArtifacts } from './maven.ts'
import { answers, freePort } from './port.ts'
import type { RunningEngine } from './running-engine.ts'

export { VERSION }

const CENTRAL = 'https://repo1.maven.org/maven2'
const MAIN = 'software.amazon.dynamodb.services.local.main.ServerRunner'
const JAVA = 17
const START_MS = 60_000

/** SQLite's native library for each platform that DynamoDB Local runs on. */
const NATIVE: Readonly<Record<string, string>> = {
  'linux-x64': 'libsqlite4java-linux-amd64',
  'darwin-x64': 'libsqlite4java-osx',
  'darwin-arm64': 'libsqlite4java-osx-aarch64',
  'win32-x64': 'sqlite4java-win32-x64'
}

/** Java's options to find DynamoDB Local. */
type Installed = readonly string[]

/** The folder for a fetched DynamoDB Local. */
export const cachedDynamoDBLocal = (): string =>
  path.join(
    process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'),
    'keystorm',
    `dynamodb-local-${VERSION}`,
    'lib'
  )

/** Finds Amazon's download, unpacked in `DYNAMODB_LOCAL_HOME`, or else a fetched copy. */
export const findDynamoDBLocal = (): Installed | undefined => {
  const home = process.env.DYNAMODB_LOCAL_HOME
  if (home) {
    const jar = path.join(home, 'DynamoDBLocal.jar')
    if (existsSync(jar)) return [`-Djava.library.path=${path.join(home, 'DynamoDBLocal_lib')}`, '-jar', jar]
    throw new KeystormError('NoEngine', `DYNAMODB_LOCAL_HOME is '${home}', where no DynamoDBLocal.jar is.`, {
      tried: ['dynamodb-local']
    })
  }
  const cached = cachedDynamoDBLocal()
  return existsSync(cached) ? [`-Djava.library.path=${cached}`, '-cp', path.join(cached, '*'), MAIN] : undefined
}

const java = (): string => {
  const home = process.env.JAVA_HOME
  return home ? path.join(home, 'bin', 'java') : 'java'
}

/** Why no installed Java can run DynamoDB Local; `undefined` if one can. */
export const whyNoJava = async (): Promise<string | undefined> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(java(), ['-version'])
    const [version, major] = /version "(\d+)[^"]*"/.exec(stdout + stderr) ?? []
    return Number(major) >= JAVA ? undefined : `needs Java ${JAVA} or newer, and found ${version ?? 'something else'}`
  } catch {
    return `needs Java ${JAVA} or newer, on the PATH or where JAVA_HOME says`
  }
}

/** Downloads DynamoDB Local. Its licence allows each user to do so, but does not allow keystorm to include it. */
export const fetchDynamoDBLocal = async (): Promise<void> => {
  const native = NATIVE[`${process.platform}-${process.arch}`]
  if (!native) throw new Error(`There is no SQLite for it on ${process.platform}-${process.arch}.`)
  const artifacts = artifactsOf(JARS).filter(({ name, type }) => type === 'jar' || name === native)
  await fetchArtifacts(CENTRAL, artifacts, cachedDynamoDBLocal())
}

/** Starts DynamoDB Local in memory. */
export const startDynamoDBLocal = async (installed: Installed): Promise<RunningEngine> => {
  const port = await freePort()
  // It has no option to bind only the loopback interface.
  const child = spawn(java(), [...installed, '-inMemory', '-sharedDb', '-port', String(port)], {
    env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: tmpdir()
  })
  killWithProcess(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text
    })
  const endpoint = `http://127.0.0.1:${port}`
  let hasEnded = false
  child.once('exit', () => {
    hasEnded = true
  })
  child.once('error', error => {
    hasEnded = true
    output += error.message
  })
  if (!(await answers(endpoint, START_MS, () => hasEnded))) {
    if (!hasEnded) await kill(child)
    throw new Error(output.trim())
  }
  letGo(child)
  return { endpoint, stop: () => kill(child) }
}
