/**
 * What the README says is true. Its `ts` blocks are one program, in which `// → value` behind a statement asserts what
 * it gives, `// throws sentence` what it throws, and `// ✗ sentence` what it throws and the compiler says.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { connect, createTable, t } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from './support/errors.ts'

const root = path.resolve(import.meta.dirname, '..')
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')

const blocksOf = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(match => match[1] === language).map(match => match[2] ?? '')

interface Mark {
  readonly kind: '→' | '✗' | 'throws'
  readonly text: string
  readonly statement: ts.ExpressionStatement | ts.VariableStatement
}

const parse = (source: string) => ts.createSourceFile('block.ts', source, ts.ScriptTarget.Latest, true)

/** The statements with a mark behind them, first to last. */
const marksOf = (file: ts.SourceFile): Mark[] => {
  const marks: Mark[] = []
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit)
    if (!ts.isExpressionStatement(node) && !ts.isVariableStatement(node)) return
    const [comment] = ts.getTrailingCommentRanges(file.text, node.end) ?? []
    const [, kind, text] = /^\/\/ (→|✗|throws) (.+)$/.exec(file.text.slice(comment?.pos, comment?.end)) ?? []
    if (comment && kind && text) marks.push({ kind: kind as Mark['kind'], text, statement: node })
  }
  visit(file)
  return marks.sort((a, b) => a.statement.pos - b.statement.pos)
}

/** What a marked statement becomes: calls of the two functions that the program is given. */
const asserted = ({ kind, text, statement }: Mark): string => {
  const code = statement.getText()
  if (kind !== '→') return `await refuses(async () => { ${code} }, ${JSON.stringify(text)})`
  const [variable] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : []
  return variable
    ? `${code}\nequals(${variable.name.getText()}, ${text}, ${JSON.stringify(code)})`
    : `equals(${code}, ${text}, ${JSON.stringify(code)})`
}

/** The blocks as one module: their imports, merged, and a function around the rest, with its assertions or as it is. */
const programOf = (blocks: readonly string[], how: 'as it is' | 'with assertions'): string => {
  const imports = new Map<string, Set<string>>()
  const bodies = blocks.map(block => {
    const file = parse(block)
    const edits: [node: ts.Node, text: string][] = marksOf(file).map(mark => [mark.statement, asserted(mark)])
    if (how === 'as it is') edits.length = 0
    for (const node of file.statements.filter(ts.isImportDeclaration)) {
      const from = node.moduleSpecifier.getText()
      const bindings = node.importClause?.namedBindings
      if (!bindings || !ts.isNamedImports(bindings)) throw new Error(`README: name what is imported from ${from}`)
      const names = bindings.elements.map(({ name }) => `${node.importClause?.isTypeOnly ? 'type ' : ''}${name.text}`)
      imports.set(from, new Set([...(imports.get(from) ?? []), ...names]))
      edits.push([node, ''])
    }
    return edits
      .sort(([a], [b]) => b.getStart() - a.getStart())
      .reduce((text, [node, code]) => text.slice(0, node.getStart()) + code + text.slice(node.end), block)
  })
  const heads = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from ${from}`)
  const parameters = 'equals: (...values: unknown[]) => void, refuses: (...values: unknown[]) => Promise<void>'
  return `${heads.join('\n')}\nexport const run = async (${parameters}) => {\n${bodies.join('\n')}}\n`
}

/** What the compiler says of a program, by the first line of the statement it is about. */
const diagnose = (source: string): { line: string; message: string }[] => {
  const name = path.join(root, 'spec/readme-program.ts')
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const settings = { ...options, noUnusedLocals: false, noUnusedParameters: false }
  const host = ts.createCompilerHost(settings)
  const { getSourceFile, fileExists } = host
  host.fileExists = file => file === name || fileExists(file)
  host.getSourceFile = (file, ...rest) =>
    file === name ? ts.createSourceFile(file, source, rest[0]) : getSourceFile(file, ...rest)
  const program = ts.createProgram([name], settings, host)
  return ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map(({ start = 0, messageText }) => ({
    line: source.slice(source.lastIndexOf('\n', start) + 1).split('\n')[0] ?? '',
    message: ts.flattenDiagnosticMessageText(messageText, '\n')
  }))
}

const load = async (source: string) => {
  // In this folder, so that its imports are found; for a moment, and hidden from everything that reads the folder.
  const file = path.join(root, `spec/.readme-${process.pid}.ts`)
  writeFileSync(file, source)
  try {
    return (await import(pathToFileURL(file).href)) as { run(equals: Equals, refuses: Refuses): Promise<void> }
  } finally {
    rmSync(file)
  }
}

type Equals = (actual: unknown, expected: unknown, code: string) => void
type Refuses = (act: () => Promise<unknown>, sentence: string) => Promise<void>

const blocks = blocksOf('ts')

test('every ts block says what it gives', () => {
  assert.ok(blocks.length >= 8, `there are ${blocks.length} blocks`)
  for (const block of blocks) assert.ok(marksOf(parse(block)).length > 0, `a block without a mark:\n${block}`)
  const written = blocks.join('').match(/\/\/ *(→|✗|throws|=>|->)/g) ?? []
  assert.ok(written.length >= 25, `there are ${written.length} marks`)
  assert.is(
    blocks.flatMap(block => marksOf(parse(block))).length,
    written.length,
    'a mark is misspelt, or stands behind no statement'
  )
})

test('the blocks compile, but for what they say the compiler refuses', () => {
  const refused = blocks.flatMap(block => marksOf(parse(block))).filter(({ kind }) => kind === '✗')
  assert.ok(refused.length > 0)
  const messages = diagnose(programOf(blocks, 'as it is'))
  for (const { statement, text } of refused) {
    const found = messages.find(({ line, message }) => line.includes(statement.getText()) && message.includes(text))
    assert.ok(found, `the compiler does not say '${text}' but ${JSON.stringify(messages)}`)
  }
  const others = messages.filter(({ line }) => !refused.some(({ statement }) => line.includes(statement.getText())))
  assert.equal(others, [])
})

test('the blocks run, and give what they say', async () => {
  // As on AWS: `connect()` finds its table, and the SDK what it needs, in the environment.
  delete process.env.DYNAMODB_ENDPOINT
  delete process.env.AWS_PROFILE
  const engine = await startLocalEngine()
  Object.assign(process.env, {
    DB_TABLE_NAME: 'readme',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint
  })
  await createTable(connect())
  let checked = 0
  const { run } = await load(programOf(blocks, 'with assertions'))
  await run(
    (actual, expected, code) => {
      assert.equal(actual, expected, code)
      checked++
    },
    async (act, sentence) => {
      const { message } = await errorFrom(act)
      assert.ok(message.includes(sentence), `'${sentence}' was expected, but '${message}' was thrown`)
      checked++
    }
  )
  await engine.stop()
  assert.is(checked, blocks.flatMap(block => marksOf(parse(block))).length)
})

test('the excerpt is what the demo prints', () => {
  const [excerpt = ''] = blocksOf('text')
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

test('scripts, fields, files and folders that are named are there', () => {
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: object }
  const named = [...readme.matchAll(/\bnpm (?:run )?(test|(?<=run )[\w:]+)/g)].map(([, name]) => name ?? '')
  assert.ok(named.length > 5)
  for (const name of named) assert.ok(Object.hasOwn(scripts, name), `there is no script ${name}`)
  const fields = [...readme.matchAll(/\bt\.(\w+)/g)].map(([, name]) => name ?? '')
  for (const name of fields) assert.ok(name in t, `there is no t.${name}`)
  const files = readme.match(/\b(lib|spec|examples|bench)\/[\w./-]*|\b[\w.-]+\.ya?ml\b/g) ?? []
  assert.ok(files.length > 5)
  for (const file of files) assert.ok(existsSync(path.join(root, file)), `there is no ${file}`)
})

test.run()
