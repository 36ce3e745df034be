/**
 * Amazon's DynamoDB Local: fetched by Maven into the user's cache (its licence does not allow to ship it), and
 * run in memory by Java.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { answers, freePort } from '../../lib/testing/port.ts'

const exec = promisify(execFile)

/** The first that can be had is used. */
const VERSIONS = ['3.3.2', '3.3.1']
const MAIN = 'software.amazon.dynamodb.services.local.main.ServerRunner'
const JAVA = 17

export interface DynamoDBLocal {
  readonly version: string
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts DynamoDB Local, or says why it cannot. */
export const startDynamoDBLocal = async (): Promise<DynamoDBLocal | string> => {
  const noJava = await whyNotJava()
  if (noJava) return noJava
  const problems: string[] = []
  const version = VERSIONS.find(version => existsSync(folderOf(version))) ?? (await fetchFirst(problems))
  if (!version) return problems.join('; ')
  return start(version)
}

const folderOf = (version: string): string =>
  path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'keystorm', `dynamodb-local-${version}`)

const whyNotJava = async (): Promise<string | undefined> => {
  try {
    const { stdout, stderr } = await exec('java', ['-version'])
    const major = Number(/version "(\d+)/.exec(stdout + stderr)?.[1])
    return major >= JAVA ? undefined : `needs Java ${JAVA}, found ${major || 'another one'}`
  } catch {
    return `needs Java ${JAVA} on the PATH`
  }
}

const fetchFirst = async (problems: string[]): Promise<string | undefined> => {
  for (const version of VERSIONS) {
    try {
      await fetchVersion(version)
      return version
    } catch (error) {
      const { message, stdout = '' } = error as Error & { stdout?: string }
      const reason = message.includes('ENOENT') ? 'needs Maven (mvn) on the PATH' : /Could not [^\n]*/.exec(stdout)?.[0]
      problems.push(`${version}: ${(reason ?? message).slice(0, 120)}`)
    }
  }
  return undefined
}

/** Downloads beside the final place and renames, so that an interrupted download is never taken for a whole one. */
const fetchVersion = async (version: string): Promise<void> => {
  const folder = folderOf(version)
  await mkdir(path.dirname(folder), { recursive: true })
  const temporary = await mkdtemp(`${folder}.`)
  try {
    await writeFile(path.join(temporary, 'pom.xml'), pom(version))
    // -U: Maven remembers for a day that it did not find something.
    const goal = ['-q', '-B', '-U', 'dependency:copy-dependencies', `-DoutputDirectory=${path.join(temporary, 'lib')}`]
    await exec('mvn', goal, { cwd: temporary, timeout: 300_000 })
    await rename(temporary, folder).catch(error => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

// The AWS clients left out here serve its telemetry, which is off. Pinpoint's classes must exist all the same
// when it starts; they come alone, and any version will do.
const pom = (version: string): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>keystorm</groupId>
  <artifactId>engines</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${version}</version>
      <exclusions>
        ${['cognitoidentity', 'cognitoidentityprovider', 'pinpoint', 'dynamodb-enhanced']
          .map(id => `<exclusion><groupId>software.amazon.awssdk</groupId><artifactId>${id}</artifactId></exclusion>`)
          .join('\n        ')}
      </exclusions>
    </dependency>
    <dependency>
      <groupId>software.amazon.awssdk</groupId>
      <artifactId>pinpoint</artifactId>
      <version>2.25.0</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>
  </dependencies>
</project>
`

const start = async (version: string): Promise<DynamoDBLocal> => {
  const lib = path.join(folderOf(version), 'lib')
  const port = await freePort()
  const child = spawn(
    'java',
    // It cannot be told to bind the loopback interface only.
    [`-Djava.library.path=${lib}`, '-cp', path.join(lib, '*'), MAIN, '-inMemory', '-sharedDb', '-port', String(port)],
    { env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' }, stdio: ['ignore', 'ignore', 'pipe'], cwd: tmpdir() }
  )
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const gone = once(child, 'exit')
  let output = ''
  child.stderr.on('data', (text: Buffer) => {
    output += text
  })
  const endpoint = `http://127.0.0.1:${port}`
  const up = await Promise.race([answers(endpoint, 60_000), gone.then(() => false)])
  if (!up) {
    kill()
    throw new Error(`DynamoDB Local ${version} did not start: ${output}`)
  }
  const stop = async () => {
    kill()
    await gone
    process.off('exit', kill)
  }
  return { version, endpoint, stop }
}
