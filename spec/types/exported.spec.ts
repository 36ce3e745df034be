import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

// With the compiler that takes a second; the others, and the built package: scripts/type-versions.ts.

const root = fileURLToPath(new URL('../..', import.meta.url))
const CONFIG: { compilerOptions: { paths: Record<string, string[]> } } = JSON.parse(
  readFileSync(path.join(root, 'tsconfig.json'), 'utf8')
)

/** What compares a program with its declarations, compiled as a program of their own. */
const SECOND = `
import type * as source from './user.ts'
import type * as emitted from './emitted.ts'
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
type S = typeof source
type E = typeof emitted
type Both = keyof S | keyof E
type Differ = { [K in Both]: K extends keyof S & keyof E ? (Same<S[K], E[K]> extends true ? never : K) : K }[Both]
export const none: [Differ] extends [never] ? true : Differ = true
`

const PROGRAMS = {
  'exported-program.ts': ['@aws-sdk/client-dynamodb', 'keystorm', 'keystorm/jsonata', 'keystorm/testing'],
  'exported-parts.ts': [
    '@aws-sdk/client-dynamodb',
    'keystorm',
    'keystorm/bulk',
    'keystorm/lean',
    'keystorm/modify',
    'keystorm/streams'
  ]
}

/** Emits the declarations of a program, and compares them with it. Returns the modules that they name. */
const modulesOf = (program: string): string[] => {
  const project = mkdtempSync(path.join(root, 'spec/types/exported-')) // where the packages are found
  const tsc = (file: string, options: object): void => {
    const paths = Object.fromEntries(
      Object.entries(CONFIG.compilerOptions.paths).map(([name, files]) => [
        name,
        files.map(file => path.join(root, file))
      ])
    )
    const compilerOptions = { noEmit: false, noUnusedLocals: false, rootDir: root, outDir: 'out', paths, ...options }
    const config = { extends: path.join(root, 'tsconfig.json'), compilerOptions, files: [file], include: [] }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config))
    const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc')
    try {
      execFileSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { encoding: 'utf8' })
    } catch (error) {
      throw new Error((error as { stdout: string }).stdout.slice(0, 5_000))
    }
  }
  try {
    writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }')
    copyFileSync(path.join(root, 'spec/types', program), path.join(project, 'user.ts'))
    tsc('user.ts', { declaration: true, emitDeclarationOnly: true })
    const text = readFileSync(path.join(project, 'out', path.relative(root, project), 'user.d.ts'), 'utf8')
    assert.not.match(text, /elided/) // what is too deep to be written, and `any` from there on
    writeFileSync(path.join(project, 'emitted.ts'), text)
    writeFileSync(path.join(project, 'second.ts'), SECOND)
    tsc('second.ts', { noEmit: true })
    return [...new Set([...text.matchAll(/import\("([^"]+)"\)/g)].map(([, module = '']) => module))].sort()
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

for (const [program, modules] of Object.entries(PROGRAMS))
  test(`all that ${program} makes has declarations: they name only what is exported, and say what it said`, () => {
    assert.equal(modulesOf(program), modules)
  })

test.run()
