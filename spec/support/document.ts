/** The code blocks of a document as a program that asserts what its comments say. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import * as assert from 'uvu/assert'
import { diagnose } from './compiler.ts'
import { errorFrom } from './errors.ts'

const root = path.resolve(import.meta.dirname, '../..')

export interface Document {
  /** Its path in the repository. */
  readonly file: string
  readonly text: string
  /** Its `ts` blocks, which are one program. */
  readonly blocks: readonly string[]
}

export const readDocument = (file: string): Document => {
  const text = readFileSync(path.join(root, file), 'utf8')
  return { file, text, blocks: blocksOf(text, 'ts') }
}

export const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(match => match[1] === language).map(match => match[2] ?? '')

export interface Mark {
  readonly kind: '→' | '✗' | 'throws'
  readonly text: string
  readonly statement: ts.ExpressionStatement | ts.VariableStatement
}

const parse = (source: string) => ts.createSourceFile('block.ts', source, ts.ScriptTarget.Latest, true)

/** The statements of a block with a mark behind them, first to last. */
export const marksOf = (block: string): Mark[] => marksIn(parse(block))

const marksIn = (file: ts.SourceFile): Mark[] => {
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
const programOf = ({ file: name, blocks }: Document, how: 'as it is' | 'with assertions'): string => {
  const imports = new Map<string, Set<string>>()
  const bodies = blocks.map(block => {
    const file = parse(block)
    const edits: [node: ts.Node, text: string][] = marksIn(file).map(mark => [mark.statement, asserted(mark)])
    if (how === 'as it is') edits.length = 0
    for (const node of file.statements.filter(ts.isImportDeclaration)) {
      const from = node.moduleSpecifier.getText()
      const bindings = node.importClause?.namedBindings
      if (!bindings || !ts.isNamedImports(bindings)) throw new Error(`${name}: name what is imported from ${from}`)
      const names = bindings.elements.map(one => `${node.importClause?.isTypeOnly ? 'type ' : ''}${one.getText()}`)
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

/** What the compiler says of each document, by the first line of the statement it is about. */
export const diagnoseDocuments = (documents: readonly Document[]): { line: string; message: string }[][] => {
  const sources = documents.map(document => programOf(document, 'as it is'))
  return diagnose('.', sources).map((said, i) => {
    const lines = sources[i]?.split('\n') ?? []
    return said.map(({ line, message }) => ({ line: lines[line - 1] ?? '', message }))
  })
}

/** Where a document's program stands: in this folder, so that its imports are found. */
const fileOf = ({ file }: Document): string =>
  path.join(root, `spec/.${path.basename(file, '.md').toLowerCase()}-${process.pid}.ts`)

/** Runs the blocks of a document, and gives how many of its marks were checked. */
export const run = async (document: Document): Promise<number> => {
  const file = fileOf(document) // for a moment, and hidden from everything that reads the folder
  writeFileSync(file, programOf(document, 'with assertions'))
  let checked = 0
  try {
    const program = (await import(pathToFileURL(file).href)) as { run(equals: Equals, refuses: Refuses): Promise<void> }
    await program.run(
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
  } finally {
    rmSync(file)
  }
  return checked
}

type Equals = (actual: unknown, expected: unknown, code: string) => void
type Refuses = (act: () => Promise<unknown>, sentence: string) => Promise<void>
