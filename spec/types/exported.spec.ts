import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

// With the compiler that takes a second; the others, and the built package: scripts/type-versions.ts.

const root = fileURLToPath(new URL('../..', import.meta.url))

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

test('all that keystorm makes has declarations: they name only what is exported, and say what the program said', () => {
  const project = mkdtempSync(path.join(root, 'spec/types/exported-')) // where the packages are found
  const tsc = (file: string, options: object): void => {
    const paths = Object.fromEntries(
      ['', '/jsonata', '/lean', '/testing'].map(entry => [
        `keystorm${entry}`,
        [path.join(root, 'lib', entry, 'index.ts')]
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
    copyFileSync(path.join(root, 'spec/types/exported-program.ts'), path.join(project, 'user.ts'))
    tsc('user.ts', { declaration: true, emitDeclarationOnly: true })
    const text = readFileSync(path.join(project, 'out', path.relative(root, project), 'user.d.ts'), 'utf8')
    const named = new Set([...text.matchAll(/import\("([^"]+)"\)/g)].map(([, module]) => module))
    assert.equal([...named].sort(), ['@aws-sdk/client-dynamodb', 'keystorm', 'keystorm/jsonata', 'keystorm/testing'])
    assert.not.match(text, /elided/) // what is too deep to be written, and `any` from there on
    writeFileSync(path.join(project, 'emitted.ts'), text)
    writeFileSync(path.join(project, 'second.ts'), SECOND)
    tsc('second.ts', { noEmit: true })
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
})

test.run()
