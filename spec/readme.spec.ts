/**
 * What the README and the documents say is true. The `ts` blocks of each are one program, in which `// → value` behind a
 * statement asserts what it gives, `// throws sentence` what it throws, and `// ✗ sentence` what it throws and the
 * compiler says.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { connect, createTable, t } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { blocksOf, diagnoseDocuments, marksOf, readDocument, run } from './support/document.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = readDocument('README.md')
const docs = readdirSync(path.join(root, 'docs')).filter(file => file.endsWith('.md'))
const documents = [readme, ...docs.map(file => readDocument(`docs/${file}`))]
const contributing = readDocument('CONTRIBUTING.md')
const manifest = readFileSync(path.join(root, 'package.json'), 'utf8')

test('every ts block says what it gives', () => {
  const all = documents.flatMap(({ blocks }) => blocks)
  assert.ok(all.length >= 40, `there are ${all.length} blocks`)
  for (const { file, blocks } of documents) {
    assert.ok(blocks.length > 0, `${file} has no ts block`)
    for (const block of blocks) assert.ok(marksOf(block).length > 0, `${file}: a block without a mark:\n${block}`)
    const written = blocks.join('').match(/\/\/ *(→|✗|throws|=>|->)/g) ?? []
    assert.is(
      blocks.flatMap(marksOf).length,
      written.length,
      `${file}: a mark is misspelt, or stands behind no statement`
    )
  }
  assert.ok(readme.blocks.flatMap(marksOf).length >= 10)
  assert.ok(all.flatMap(marksOf).length >= 100)
})

test('the blocks compile, but for what they say the compiler refuses', () => {
  const all = diagnoseDocuments(documents)
  for (const [i, { file, blocks }] of documents.entries()) {
    const refused = blocks.flatMap(marksOf).filter(({ kind }) => kind === '✗')
    const messages = all[i] ?? []
    for (const { statement, text } of refused) {
      const found = messages.find(({ line, message }) => line.includes(statement.getText()) && message.includes(text))
      assert.ok(found, `${file}: the compiler does not say '${text}' but ${JSON.stringify(messages)}`)
    }
    const others = messages.filter(({ line }) => !refused.some(({ statement }) => line.includes(statement.getText())))
    assert.equal(others, [], file)
  }
  assert.ok(readme.blocks.flatMap(marksOf).some(({ kind }) => kind === '✗'))
})

test('the blocks run, and give what they say', async () => {
  // As on AWS: `connect()` finds its table, and the SDK what it needs, in the environment.
  delete process.env.DYNAMODB_ENDPOINT
  delete process.env.AWS_PROFILE
  const engine = await startLocalEngine()
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint
  })
  for (const document of documents) {
    process.env.DB_TABLE_NAME = path.basename(document.file, '.md').toLowerCase()
    await createTable(connect())
    assert.is(await run(document), document.blocks.flatMap(marksOf).length, document.file)
  }
  await engine.stop()
})

test('the excerpt is what the demo prints', () => {
  const [excerpt = ''] = blocksOf(readme.text, 'text')
  const demo = path.join(root, 'examples/demo.ts')
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', demo], { cwd: root, encoding: 'utf8' })
  const lines = excerpt.split('\n').filter(line => line !== '' && line !== '…')
  assert.ok(lines.length > 5)
  const rest = stdout.split('\n')
  for (const line of lines) {
    const at = rest.indexOf(line)
    assert.ok(at >= 0, `the demo does not print, or not there: ${line}`)
    rest.splice(0, at + 1)
  }
})

test('links between documents lead somewhere, those of the README from the page of a registry, too', () => {
  const { repository } = JSON.parse(manifest) as { repository: { url: string } }
  const home = repository.url.replace(/^git\+|\.git$/g, '')
  const links = [...readme.text.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link)
  assert.ok(links.length > 5)
  for (const link of links) {
    assert.match(link, /^https:/, 'the page of a registry has no other files')
    const [, file] = link.startsWith(home) ? (/\/(?:blob|tree)\/main\/(.+)/.exec(link) ?? []) : []
    assert.ok(!link.startsWith(home) || existsSync(path.join(root, file ?? link)), `the README links to ${link}`)
  }
  for (const { file, text } of [...documents, contributing])
    for (const [, link = ''] of text.matchAll(/\]\((?!\w+:)([^)#]+)/g))
      assert.ok(existsSync(path.join(root, path.dirname(file), link)), `${file} links to ${link}, which is not there`)
})

test('scripts, fields, files and folders that are named are there', () => {
  const text = [...documents, contributing].map(({ text }) => text).join('\n')
  const { scripts } = JSON.parse(manifest) as { scripts: object }
  const named = [...text.matchAll(/\bnpm (?:run )?(test|(?<=run )[\w:]+)/g)].map(([, name]) => name ?? '')
  assert.ok(named.length > 5)
  for (const name of named) assert.ok(Object.hasOwn(scripts, name), `there is no script ${name}`)
  const fields = [...text.matchAll(/(?<![\w/])t\.(\w+)/g)].map(([, name]) => name ?? '')
  for (const name of fields) assert.ok(name in t, `there is no t.${name}`)
  const files = text.match(/\b(lib|spec|examples|bench|docs)\/[\w./-]*|\b[\w.-]+\.ya?ml\b/g) ?? []
  assert.ok(files.length > 5)
  for (const file of files) assert.ok(existsSync(path.join(root, file)), `there is no ${file}`)
})

test.run()
