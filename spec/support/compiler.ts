/** What the compiler says of snippets of code that use the library. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The messages of each snippet. All are compiled as one program, each in an asynchronous function of its own. */
export const compile = (prelude: string, snippets: readonly string[]): string[][] => {
  const lines = snippets.map((code, i) => `export async function s${i}() { ${code} }`)
  const source = `${prelude}${lines.join('\n')}\n`
  const firstLine = prelude.split('\n').length - 1
  const file = path.join(root, 'spec/types/snippets.ts')
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const host = ts.createCompilerHost({ ...options, noUnusedLocals: false })
  const { getSourceFile, fileExists } = host
  host.fileExists = name => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, rest[0]) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], { ...options, noUnusedLocals: false }, host)
  const messages: string[][] = snippets.map(() => [])
  for (const { start, messageText } of ts.getPreEmitDiagnostics(program, program.getSourceFile(file))) {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n')
    const line = source.slice(0, start).split('\n').length - 1 - firstLine
    // Were the prelude wrong, every snippet could be wrong for that reason.
    if (line < 0) throw new Error(`the prelude does not compile: ${message}`)
    messages[line]?.push(message)
  }
  return messages
}
