/**
 * Compiles a user's program against the built package with every TypeScript that is supported: as an ES module and as
 * CommonJS, resolved as Node does and as bundlers do. Declarations are emitted and used by a second program, since a
 * model is often exported. Builds first where the build is missing or old.
 */
import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const COMPILERS = ['typescript', 'typescript-6', 'typescript-7']

/** How modules are resolved. In each, an ES module and a CommonJS one are one program: most of it is the SDK. */
const MODES = [
  { name: 'nodenext', options: { module: 'nodenext', moduleResolution: 'nodenext' } },
  { name: 'bundler', options: { module: 'preserve', moduleResolution: 'bundler' } }
] as const
const FILES = ['user.mts', 'user.cts']

/** What another file sees of the program: the keys' literal types must have come through. */
const consumer = (file: string): string => `
import type { PkOf } from 'keystorm'
import { db, Fruit, keys, verbs } from './out/${file.replace('ts', 'js')}'

export const pk: 'A#a#BN#x%23y#RedFruit' = keys().PK
export const matching: PkOf<typeof Fruit> = 'A#1#BN#2#RedFruit'
// @ts-expect-error another suffix
export const other: PkOf<typeof Fruit> = 'A#1#BN#2#Fruit'
export const weight = async (): Promise<number> => (await verbs()).created.weight
// @ts-expect-error date is missing
export const bad = () => db.get(Fruit, { apple: 'a', banana: 'b' })
`

const run = promisify(execFile)
const root = path.join(import.meta.dirname, '..')
const modules = path.join(root, 'node_modules')

const newest = (folder: string): number =>
  Math.max(...readdirSync(folder, { recursive: true }).map(file => statSync(path.join(folder, String(file))).mtimeMs))

const built = path.join(root, 'dist/index.d.cts')
if (!existsSync(built) || statSync(built).mtimeMs < newest(path.join(root, 'lib')))
  await run('npm', ['run', 'build', '--silent'], { cwd: root })

/** A project of its own outside the repository, where nothing but the package and its peers can be found. */
const makeProject = (): string => {
  const project = mkdtempSync(path.join(tmpdir(), 'keystorm-types-'))
  const installed = path.join(project, 'node_modules/keystorm')
  cpSync(path.join(root, 'dist'), path.join(installed, 'dist'), { recursive: true })
  cpSync(path.join(root, 'package.json'), path.join(installed, 'package.json'))
  for (const id of ['@aws-sdk/client-dynamodb', '@types/node']) {
    const at = path.join(project, 'node_modules', id)
    mkdirSync(path.dirname(at), { recursive: true })
    symlinkSync(path.join(modules, id), at, 'junction')
  }
  return project
}

/** A project, and its compiler. */
const begin = (compiler: string, options: object) => {
  const project = makeProject()
  const tsc = async (files: readonly string[], more: object): Promise<void> => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
    const compilerOptions = { ...strict, target: 'es2022', types: ['node'], ...options, ...more }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    await run(process.execPath, [path.join(modules, compiler, 'bin/tsc'), '-p', project, '--pretty', 'false'])
  }
  return { project, tsc }
}

const compile = async (compiler: string, { options }: (typeof MODES)[number]): Promise<void> => {
  const { project, tsc } = begin(compiler, options)
  try {
    for (const file of FILES) {
      cpSync(path.join(root, 'spec/types/user-program.ts'), path.join(project, file))
      writeFileSync(path.join(project, `second-${file}`), consumer(file))
    }
    // Declarations of packages, too, are checked where that differs: once as Node's ES modules, once as CommonJS.
    const skipLibCheck = options.module !== 'nodenext'
    await tsc(FILES, { rootDir: '.', outDir: 'out', declaration: true, skipLibCheck })
    const seconds = FILES.map(file => `second-${file}`)
    await tsc(seconds, { noEmit: true, skipLibCheck: true })
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

/** Emits the declarations of all that keystorm makes, and compiles them. */
const declare = async (compiler: string): Promise<void> => {
  const { project, tsc } = begin(compiler, MODES[0].options)
  try {
    writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }')
    cpSync(path.join(root, 'spec/types/exported-program.ts'), path.join(project, 'exported.ts'))
    await tsc(['exported.ts'], { rootDir: '.', outDir: 'out', declaration: true, skipLibCheck: true })
    await tsc(['out/exported.d.ts'], { noEmit: true })
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

/** The outcome as a line, and below it what the compiler said. */
const attempt = async (compiler: string, what: string, act: () => Promise<void>): Promise<string> => {
  const { version } = JSON.parse(readFileSync(path.join(modules, compiler, 'package.json'), 'utf8')) as {
    version: string
  }
  const name = `TypeScript ${version}, ${what}`
  try {
    await act()
    return `ok    ${name}`
  } catch (error) {
    process.exitCode = 1
    const { message, stdout } = error as Error & { stdout?: string }
    return `FAIL  ${name}\n${(stdout || message).trimEnd().replace(/^/gm, '      ')}`
  }
}

const attempts = COMPILERS.flatMap(compiler => [
  ...MODES.map(mode => () => attempt(compiler, `${mode.name}, ESM and CommonJS`, () => compile(compiler, mode))),
  () => attempt(compiler, 'declarations', () => declare(compiler))
])
// Two at a time: more would only wait for each other.
const worker = async (): Promise<void> => {
  for (let next = attempts.shift(); next; next = attempts.shift()) console.log(await next())
}
await Promise.all([worker(), worker()])
