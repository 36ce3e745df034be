/** The order of the house: which folder may import which, how long a file may be, and what types must not do. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** A folder of lib may import from itself and from those before its row. */
const ORDER = [
  ['storm', 'usage', 'alive'],
  ['errors'],
  ['keys'],
  ['fields'],
  ['schema'],
  ['expressions'],
  ['plan'],
  ['driver'],
  ['lean'],
  ['verbs'],
  ['bulk', 'coalesce', 'modify', 'pick', 'jsonata', 'testing', 'streams', 'otel', 'unsent'],
  ['index']
]

const MAX_LINES = 300

/** May re-export from other folders: the package's entry, the entry of a subpath, and the namespace `t`. */
const BARRELS = [
  'index.ts',
  'bulk/index.ts',
  'jsonata/index.ts',
  'lean/index.ts',
  'modify/index.ts',
  'otel/index.ts',
  'pick/index.ts',
  'streams/index.ts',
  'testing/index.ts',
  'fields/t.ts'
]

/** A file of lib: its path in there, and its text. */
interface Source {
  readonly file: string
  readonly text: string
}

interface Import {
  /** The path in lib of what is imported; of other modules their name. */
  readonly target: string
  readonly isExported: boolean
}

const parse = ({ file, text }: Source) => ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)

const nodesOf = (root: ts.Node): ts.Node[] => {
  const nodes: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    nodes.push(node)
    ts.forEachChild(node, visit)
  }
  visit(root)
  return nodes
}

/** The module that a node imports, in whatever form: import, export from, `import()` as a value and as a type. */
const moduleOf = (node: ts.Node): string | undefined => {
  const specifier =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined
}

const importsOf = (source: Source): Import[] => {
  const nodes = nodesOf(parse(source))
  // `import { a } from …` and then `export { a }` is a re-export too.
  const exported = new Set(
    nodes
      .filter(ts.isExportDeclaration)
      .flatMap(({ moduleSpecifier, exportClause }) =>
        !moduleSpecifier && exportClause && ts.isNamedExports(exportClause)
          ? exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
          : []
      )
  )
  return nodes.flatMap(node => {
    const module = moduleOf(node)
    if (module === undefined) return []
    const isLocal = module.startsWith('.')
    const target = isLocal ? path.posix.join(path.posix.dirname(source.file), module) : module
    const names = ts.isImportDeclaration(node) ? nodesOf(node).filter(ts.isIdentifier) : []
    return [{ target, isExported: ts.isExportDeclaration(node) || names.some(({ text }) => exported.has(text)) }]
  })
}

const isInLib = (target: string): boolean => target.endsWith('.ts')
const folderOf = (file: string): string => file.split('/')[0]?.replace(/\.ts$/, '') ?? ''
const rankOf = (file: string): number => ORDER.findIndex(row => row.includes(folderOf(file)))

const checkDirection = (source: Source): string[] => {
  const { file } = source
  if (rankOf(file) < 0) return [`${file}: its folder has no place in the order`]
  return importsOf(source).flatMap(({ target }) => {
    if (target.startsWith('keystorm')) return [`${file} imports the package it is a part of`]
    if (!isInLib(target) || folderOf(target) === folderOf(file)) return []
    if (target.startsWith('..')) return [`${file} imports ${target}, which is not in lib`]
    return rankOf(target) >= 0 && rankOf(target) < rankOf(file) ? [] : [`${file} imports ${target}`]
  })
}

const checkLength = ({ file, text }: Source): string[] => {
  const lines = text.trimEnd().split('\n').length
  return lines > MAX_LINES ? [`${file} has ${lines} lines`] : []
}

const checkBarrels = (source: Source): string[] =>
  BARRELS.includes(source.file)
    ? []
    : importsOf(source)
        .filter(({ target, isExported }) => isExported && folderOf(target) !== folderOf(source.file))
        .map(({ target }) => `${source.file} re-exports ${target}`)

const checkTypes = (source: Source): string[] => [
  ...nodesOf(parse(source))
    .filter(node => node.kind === ts.SyntaxKind.AnyKeyword)
    .map(node => `${source.file} has 'any': ${node.parent.getText().split('\n')[0]}`),
  ...(source.text.match(/@ts-(ignore|expect-error|nocheck)/g) ?? []).map(what => `${source.file} has ${what}`)
]

const root = path.resolve(import.meta.dirname, '../lib')
const lib: Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll(path.sep, '/'))
  .filter(file => file.endsWith('.ts'))
  .map(file => ({ file, text: readFileSync(path.join(root, file), 'utf8') }))

/** Loads the SDK by import(), when it is known that it will be used. */
const SDK_LOADER = 'driver/aws-sdk.ts'
/** Other files take the SDK's types, and nothing that has to be loaded. */
const SDK_FILES = ['testing/engine.ts', 'testing/local-table.ts']

/** Whether a node loads a module with its own, or when it is carried out: what imports types alone does neither. */
const isLoading = (node: ts.Node): 'at once' | 'late' | undefined => {
  if (moduleOf(node) === undefined || ts.isImportTypeNode(node)) return undefined
  if (ts.isCallExpression(node)) return 'late'
  const isType = ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  return isType ? undefined : 'at once'
}

const checkSdk = (source: Source): string[] =>
  SDK_FILES.includes(source.file)
    ? []
    : nodesOf(parse(source))
        .filter(node => moduleOf(node)?.startsWith('@aws-sdk/') && isLoading(node))
        .filter(node => isLoading(node) === 'at once' || source.file !== SDK_LOADER)
        .map(node => `${source.file} loads the SDK: ${moduleOf(node)}`)

/** The names of STORM's table, which one file knows; all else asks the layout. */
const STORM_NAMES = ['PK', 'SK', 'GSI1', 'GSI1PK']

const checkStorm = (source: Source): string[] =>
  source.file === 'storm.ts'
    ? []
    : nodesOf(parse(source))
        .filter(node => ts.isIdentifier(node) || ts.isStringLiteralLike(node))
        .filter(({ text }) => STORM_NAMES.includes(text))
        .map(({ text }) => `${source.file} knows ${text}`)

/** What every program loads with keystorm: modules of Node that it has at hand when it starts. `node:crypto` alone takes 7 ms. */
const FROM_NODE = ['node:async_hooks', 'node:buffer', 'node:timers', 'node:timers/promises', 'node:util']
const BESIDE_THE_CORE = ['lean', ...(ORDER.at(-2) ?? [])]

const checkNode = (source: Source): string[] =>
  BESIDE_THE_CORE.includes(folderOf(source.file))
    ? []
    : nodesOf(parse(source))
        .filter(node => isLoading(node) === 'at once')
        .flatMap(node => moduleOf(node) ?? [])
        .filter(module => module.startsWith('node:') && !FROM_NODE.includes(module))
        .map(module => `${source.file} loads ${module}`)

/** As an ES module, `node:http` has Node 22 load all of `fetch`: it is imported late, and where it is needed. */
const checkHttp = ({ file, text }: Source): string[] =>
  folderOf(file) !== 'testing' && /^import (?!type\b).*'node:http'/m.test(text) ? [`${file} loads node:http`] : []

const checks = {
  'imports go downwards': checkDirection,
  'no file is too long': checkLength,
  'only barrels re-export from other folders': checkBarrels,
  'types are not switched off': checkTypes,
  'one file loads the SDK': checkSdk,
  'of Node, the core loads what is quick to load': checkNode,
  'nothing loads node:http but when it is needed': checkHttp,
  "one file knows the names of STORM's table": checkStorm
}

for (const [what, check] of Object.entries(checks))
  test(`in lib, ${what}`, () => {
    assert.ok(lib.length > 30, `${lib.length} files were found`)
    assert.equal(lib.flatMap(check), [])
  })

const source = (file: string, text: string): Source => ({ file, text })

test('an import upwards is found in every form', () => {
  for (const text of [
    `import { a } from '../verbs/a.ts'`,
    `import type { A } from '../verbs/a.ts'`,
    `import { type A } from '../verbs/a.ts'`,
    `import '../verbs/a.ts'`,
    `import * as a from "../verbs/a.ts"`,
    `export { a } from '../verbs/a.ts'`,
    `export * from '../verbs/a.ts'`,
    `const a = await import('../verbs/a.ts')`,
    `type A = import('../verbs/a.ts').A`
  ])
    assert.equal(checkDirection(source('plan/x.ts', text)), ['plan/x.ts imports verbs/a.ts'], text)
  const to = (file: string, target: string) => checkDirection(source(file, `import { a } from '${target}'`)).length
  assert.is(to('keys/a.ts', '../index.ts'), 1)
  assert.is(to('keys/a.ts', '../fields/t.ts'), 1)
  assert.is(to('errors.ts', './keys/part.ts'), 1)
  assert.is(to('testing/a.ts', '../jsonata/b.ts'), 1)
  assert.is(to('verbs/a.ts', '../../spec/support/errors.ts'), 1)
  assert.is(to('verbs/a.ts', 'keystorm/testing'), 1)
  assert.is(to('verbs/a.ts', '../helpers/b.ts'), 1)
  assert.equal(checkDirection(source('helpers/a.ts', '')), ['helpers/a.ts: its folder has no place in the order'])
})

test('imports downwards, from the same folder and from packages are fine', () => {
  const to = (file: string, target: string) => checkDirection(source(file, `import { a } from '${target}'`))
  assert.equal(to('keys/a.ts', '../errors.ts'), [])
  assert.equal(to('keys/a.ts', './b.ts'), [])
  assert.equal(to('jsonata/a.ts', '../verbs/get/get.ts'), [])
  assert.equal(to('index.ts', './testing/index.ts'), [])
  assert.equal(to('errors.ts', 'node:util'), [])
  assert.equal(to('driver/client.ts', '@aws-sdk/client-dynamodb'), [])
  assert.equal(checkDirection(source('keys/a.ts', `// import { a } from '../verbs/a.ts'`)), [])
})

test('an import that loads the SDK is found', () => {
  const from = `from '@aws-sdk/client-dynamodb'`
  assert.is(checkSdk(source('plan/a.ts', `import { QueryCommand } ${from}`)).length, 1)
  assert.is(checkSdk(source('plan/a.ts', `import { type Input, QueryCommand } ${from}`)).length, 1)
  assert.equal(checkSdk(source('plan/a.ts', `import type { QueryCommandInput } ${from}`)), [])
  assert.equal(checkSdk(source('plan/a.ts', `type Sdk = typeof import('@aws-sdk/client-dynamodb')`)), [])
  assert.is(checkSdk(source('driver/a.ts', `const sdk = await import('@aws-sdk/client-dynamodb')`)).length, 1)
  assert.equal(checkSdk(source('driver/aws-sdk.ts', `const sdk = await import('@aws-sdk/client-dynamodb')`)), [])
  assert.is(checkSdk(source('driver/aws-sdk.ts', `import { QueryCommand } ${from}`)).length, 1)
})

test('a slow module of Node is found in the core', () => {
  assert.equal(checkNode(source('verbs/a.ts', `import { hash } from 'node:crypto'`)), ['verbs/a.ts loads node:crypto'])
  assert.equal(checkNode(source('lean/a.ts', `import { hash } from 'node:crypto'`)), [])
  assert.equal(checkHttp(source('lean/a.ts', `import http from 'node:http'`)), ['lean/a.ts loads node:http'])
  assert.equal(checkHttp(source('lean/a.ts', `import type http from 'node:http'`)), [])
  assert.equal(checkHttp(source('lean/a.ts', `const load = () => import('node:http')`)), [])
  assert.equal(checkNode(source('bulk/a.ts', `import { hash } from 'node:crypto'`)), [])
  assert.equal(checkNode(source('verbs/a.ts', `import { Buffer } from 'node:buffer'`)), [])
  assert.equal(checkNode(source('verbs/a.ts', `const { hash } = await import('node:crypto')`)), [])
  assert.equal(checkNode(source('verbs/a.ts', `import type { Hash } from 'node:crypto'`)), [])
})

test("a name of STORM's table is found, but not in a comment or in another name", () => {
  assert.equal(checkStorm(source('plan/a.ts', `const { PK } = row`)), ['plan/a.ts knows PK'])
  assert.equal(checkStorm(source('plan/a.ts', `const index = 'GSI1'`)), ['plan/a.ts knows GSI1'])
  assert.equal(checkStorm(source('plan/a.ts', '// GSI1PK\nconst onGsi1 = PKS')), [])
  assert.equal(checkStorm(source('storm.ts', `const pk = 'PK'`)), [])
})

test('a file that is too long is found', () => {
  assert.equal(checkLength(source('a.ts', 'a\n'.repeat(MAX_LINES))), [])
  assert.equal(checkLength(source('a.ts', 'a\n'.repeat(MAX_LINES + 1))), ['a.ts has 301 lines'])
})

test('a re-export from another folder is found', () => {
  const found = ['schema/x.ts re-exports keys/a.ts']
  assert.equal(checkBarrels(source('schema/x.ts', `export { a } from '../keys/a.ts'`)), found)
  assert.equal(checkBarrels(source('schema/x.ts', `export type { A } from '../keys/a.ts'`)), found)
  assert.equal(checkBarrels(source('schema/x.ts', `import { a } from '../keys/a.ts'\nexport { a as b }`)), found)
  assert.equal(checkBarrels(source('schema/x.ts', `import { a } from '../keys/a.ts'\nexport const b = a`)), [])
  assert.equal(checkBarrels(source('schema/x.ts', `export { a } from './a.ts'`)), [])
  assert.equal(checkBarrels(source('index.ts', `export { a } from './keys/a.ts'`)), [])
})

test('a type that is switched off is found', () => {
  for (const text of ['let a: any', 'b as any', 'new Map<string, any>()', 'type A = any[]', 'f<any>()'])
    assert.is(checkTypes(source('a.ts', text)).length, 1, text)
  for (const text of ['// @ts-ignore', '/* @ts-expect-error */', '// @ts-nocheck'])
    assert.is(checkTypes(source('a.ts', text)).length, 1, text)
  assert.equal(checkTypes(source('a.ts', `// any\nconst any = ': any'\nlet many: unknown = any`)), [])
})

test.run()
