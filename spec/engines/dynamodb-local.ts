/**
 * Amazon's DynamoDB Local for the specs, as keystorm/testing runs it; Maven fetches it where it is at hand, as it may know
 * of a mirror.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  cachedDynamoDBLocal,
  fetchDynamoDBLocal,
  findDynamoDBLocal,
  startDynamoDBLocal as start,
  VERSION,
  whyNoJava
} from '../../lib/testing/dynamodb-local.ts'

export interface DynamoDBLocal {
  readonly version: string
  readonly endpoint: string
  stop(): Promise<void>
}

/** Starts DynamoDB Local, or says why it cannot. */
export const startDynamoDBLocal = async (): Promise<DynamoDBLocal | string> => {
  const noJava = await whyNoJava()
  if (noJava) return noJava
  if (!findDynamoDBLocal()) {
    const noMaven = await fetchByMaven().catch(reasonOf)
    const noFetch = noMaven && (await fetchDynamoDBLocal().catch(reasonOf))
    if (noFetch) return `${noMaven}; ${noFetch}`
  }
  const installed = findDynamoDBLocal()
  if (!installed) return `${VERSION} was fetched, and is not there`
  return { version: VERSION, ...(await start(installed)) }
}

const reasonOf = (error: Error & { stdout?: string }): string => {
  if (error.message.includes('ENOENT')) return 'no Maven (mvn) is on the PATH'
  return (/Could not [^\n]*/.exec(error.stdout ?? '')?.[0] ?? error.message).slice(0, 120)
}

/** Downloads beside the final place and renames, so that an interrupted download is never taken for a whole one. */
const fetchByMaven = async (): Promise<undefined> => {
  const folder = cachedDynamoDBLocal()
  await mkdir(path.dirname(folder), { recursive: true })
  const temporary = await mkdtemp(`${folder}.`)
  try {
    await writeFile(path.join(temporary, 'pom.xml'), pom)
    // -U: Maven remembers for a day that it did not find something.
    const goal = ['-q', '-B', '-U', 'dependency:copy-dependencies', `-DoutputDirectory=${path.join(temporary, 'lib')}`]
    await promisify(execFile)('mvn', goal, { cwd: temporary, timeout: 300_000 })
    await rename(path.join(temporary, 'lib'), folder).catch(error => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

// The AWS clients left out here serve its telemetry, which is off. Pinpoint's classes must exist all the same
// when it starts; they come alone, and any version will do.
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>keystorm</groupId>
  <artifactId>engines</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>software.amazon.dynamodb</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${VERSION}</version>
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
