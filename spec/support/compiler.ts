/** What the compiler says of code that uses the library. */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc') // the one that takes a second

export interface Diagnosis {
  readonly line: number
  readonly message: string
}

/** What is said of each of these sources; they stand in a folder of the specs for a moment, where the packages are found. */
export const diagnose = (folder: string, sources: readonly string[], options?: object): Diagnosis[][] => {
  const name = `.diagnosed-${randomUUID()}` // hidden from everything that reads the folder
  const at = (file: string) => path.join(root, 'spec', folder, file)
  const files = sources.map((_, i) => `${name}-${i}.ts`)
  const project = `${name}.json`
  const found: Diagnosis[][] = sources.map(() => [])
  try {
    for (const [i, file] of files.entries()) writeFileSync(at(file), sources[i] ?? '')
    const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, ...options }
    const base = path.relative(path.dirname(at(project)), path.join(root, 'tsconfig.json'))
    writeFileSync(at(project), JSON.stringify({ extends: base, compilerOptions, files, include: [] }))
    const args = [compiler, '-p', at(project), '--pretty', 'false']
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    for (const text of stdout.split(/\n(?=\S)/)) {
      if (text.trim() === '' || (options && text.startsWith('lib/'))) continue // the library's own options are others
      const [, file, line, message = ''] = /-(\d+)\.ts\((\d+),\d+\): error TS\d+: (.*)$/s.exec(text.trimEnd()) ?? []
      if (!text.includes(name) || file === undefined) throw new Error(`the compiler says: ${text}`)
      found[Number(file)]?.push({ line: Number(line), message })
    }
  } finally {
    for (const file of [...files, project]) rmSync(at(file), { force: true })
  }
  return found
}

/** The messages of each snippet. All are compiled as one program, each in an asynchronous function of its own. */
export const compile = (prelude: string, snippets: readonly string[], options?: object): string[][] => {
  const lines = snippets.map((code, i) => `export async function s${i}() { ${code} }`)
  const firstLine = prelude.split('\n').length
  const messages: string[][] = snippets.map(() => [])
  for (const { line, message } of diagnose('types', [`${prelude}${lines.join('\n')}\n`], options)[0] ?? []) {
    const said = messages[line - firstLine]
    // Were the prelude wrong, every snippet could be wrong for that reason.
    if (said === undefined) throw new Error(`the program does not compile: ${message}`)
    said.push(message)
  }
  return messages
}
