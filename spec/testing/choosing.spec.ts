import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { JARS } from '../../lib/testing/dynamodb-local-jars.ts'
import { artifactsOf, fetchArtifacts } from '../../lib/testing/maven.ts'

interface Choices {
  readonly chosen: Readonly<Record<string, string>>
  readonly fetching: readonly string[]
  readonly whenAsked: number
  readonly ofTables: readonly string[]
}

const choosing = suite('the engine that is taken where there is no dynoxide')

const program = path.join(import.meta.dirname, 'choices.ts')
const choices = async (): Promise<Choices> =>
  JSON.parse((await promisify(execFile)(process.execPath, ['--import', 'tsx', program], { timeout: 30_000 })).stdout)

if (process.platform === 'win32') console.log('skipped: the java of these specs is a script')
else
  choosing('is said in a sentence, with why, and with what it cannot do', async () => {
    const { chosen, fetching, whenAsked, ofTables } = await choices()
    const lacks = 'it has no transactions, no time to live and no streams.'
    const dynalite = `The engine is dynalite, as neither dynoxide nor DynamoDB Local is there: ${lacks}`
    const lazy = 'it is slow to start, and removes nothing by time to live where a table has an index.'
    const local = `The engine is dynamodb-local, as it and Java are there, and dynoxide is not: ${lazy}`
    const start = '-inMemory -sharedDb -port \\d+$'

    assert.is(chosen.nothing, dynalite)
    assert.is(chosen.oldJava, dynalite)
    assert.ok(chosen.unpacked?.startsWith(`${local} -Djava.library.path=/unpacked/DynamoDBLocal_lib -jar `))
    assert.match(chosen.unpacked ?? '', new RegExp(`-jar /unpacked/DynamoDBLocal.jar ${start}`))
    assert.ok(chosen.fetched?.startsWith(local))
    assert.match(chosen.fetched ?? '', new RegExp(`-cp \\S+/lib/\\* \\S+\\.ServerRunner ${start}`))

    assert.is(chosen.wantedOldJava, 'NoEngine: DynamoDB Local needs Java 17 or newer, and found version "11.0.2".')
    assert.match(
      chosen.noJava ?? '',
      /^NoEngine: DynamoDB Local needs Java 17 or newer, on the PATH or where JAVA_HOME/
    )
    assert.is(chosen.noJar, "NoEngine: DYNAMODB_LOCAL_HOME is '/empty', where no DynamoDBLocal.jar is.")
    assert.is(chosen.broken, 'NoEngine: dynamodb-local is installed, but did not start. no such class')
    assert.match(chosen.missing ?? '', /^NoEngine: dynoxide is not installed\. Install it: npm install --save-dev @dyn/)
    assert.match(
      chosen.unreachable ?? '',
      /^NoEngine: DynamoDB Local [\d.]+ from Maven Central could not be fetched: \S+ answers 503\. Unpack .* DYNAMODB_LOCAL_HOME/
    )
    // Nothing is fetched unasked, or in silence.
    assert.is(fetching.length, 1)
    assert.match(fetching[0] ?? '', /45 MB, is fetched into \/empty\//)

    assert.is(whenAsked, 0)
    assert.is(ofTables.length, 1)
    assert.ok(ofTables[0]?.startsWith(`${dynalite} To have those, set KEYSTORM_ENGINE=dynamodb-local where Java 17 is`))
  })

choosing.run()

const fetching = suite('a file of a Maven repository')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** Serves a repository whose files hold their own paths. */
const repository = async <T>(use: (url: string) => Promise<T>): Promise<T> => {
  const server = createServer(({ url = '' }, response) => {
    response.statusCode = url.includes('missing') ? 404 : 200
    response.end(url)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  try {
    return await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

fetching('is there when all of them are as expected, and else none', () =>
  repository(async url => {
    const parent = mkdtempSync(path.join(tmpdir(), 'keystorm-maven-'))
    const get = (lines: string) => fetchArtifacts(url, artifactsOf(lines), path.join(parent, 'version', 'lib'))
    const errorOf = (lines: string) =>
      get(lines).then(
        () => 'none',
        (error: Error) => error.message
      )
    const good = `org.some:jar:1.0 ${sha256('/org/some/jar/1.0/jar-1.0.jar')}`
    try {
      assert.is(
        await errorOf(`${good}\norg.some:other:2 ${sha256('x')}`),
        `${url}/org/some/other/2/other-2.jar is not what was expected: its SHA-256 is another`
      )
      assert.is(await errorOf(`${good}\na:missing:1:so x`), `${url}/a/missing/1/missing-1.so answers 404`)
      assert.equal(readdirSync(path.join(parent, 'version')), [])
      // Two processes at once are both content.
      await Promise.all([get(good), get(good)])
      assert.is(
        readFileSync(path.join(parent, 'version', 'lib', 'jar-1.0.jar'), 'utf8'),
        '/org/some/jar/1.0/jar-1.0.jar'
      )
      assert.equal(readdirSync(path.join(parent, 'version')), ['lib'])
    } finally {
      rmSync(parent, { recursive: true })
    }
  })
)

fetching('is named with its version, its kind and its SHA-256', () => {
  const all = artifactsOf(JARS)
  assert.ok(all.length > 50)
  for (const { group, name, version, type, sha256 } of all) {
    assert.ok(group && name && version)
    assert.match(type, /^(jar|so|dylib|dll)$/)
    assert.match(sha256, /^[\w-]{43}$/)
  }
})

fetching.run()
