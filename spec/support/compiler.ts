/** What the compiler says of snippets of code that use the library. */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc') // the one that takes a second

/** The messages of each snippet. All are compiled as one program, each in an asynchronous function of its own. */
export const compile = (prelude: string, snippets: readonly string[]): string[][] => {
  const lines = snippets.map((code, i) => `export async function s${i}() { ${code} }`)
  const firstLine = prelude.split('\n').length
  const name = `snippets-${randomUUID()}`
  const program = path.join(root, `spec/types/${name}.ts`) // where the packages are found
  const project = path.join(root, `spec/types/${name}.json`)
  const messages: string[][] = snippets.map(() => [])
  try {
    writeFileSync(program, `${prelude}${lines.join('\n')}\n`)
    const compilerOptions = { noUnusedLocals: false }
    writeFileSync(
      project,
      JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, files: [`${name}.ts`], include: [] })
    )
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { encoding: 'utf8' })
    for (const text of stdout.split(/\n(?=\S)/)) {
      if (text.trim() === '') continue
      const [, line, message = ''] = /\.ts\((\d+),\d+\): error TS\d+: (.*)$/s.exec(text.trimEnd()) ?? []
      const said = messages[Number(line) - firstLine]
      // Were the prelude wrong, every snippet could be wrong for that reason.
      if (said === undefined) throw new Error(`the program does not compile: ${text}`)
      said.push(message)
    }
  } finally {
    for (const file of [program, project]) rmSync(file, { force: true })
  }
  return messages
}
