/**
 * Compiles a user's program against the built package with every TypeScript that is supported: as an ES module and as
 * CommonJS, resolved as Node does and as bundlers do. Declarations are emitted and used by a second program, since a
 * model is often exported; so are those of all that keystorm makes. Builds first where the build is missing or old.
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
const EXPORTED = 'exported.ts'
const PROGRAMS = [
  { from: 'spec/types/user-program.ts', to: 'user.mts' },
  { from: 'spec/types/user-program.ts', to: 'user.cts' },
  { from: 'spec/types/exported-program.ts', to: EXPORTED }
]

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
  writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }')
  for (const id of ['@aws-sdk/client-dynamodb', '@types/node']) {
    const at = path.join(project, 'node_modules', id)
    mkdirSync(path.dirname(at), { recursive: true })
    symlinkSync(path.join(modules, id), at, 'junction')
  }
  return project
}

const compile = async (compiler: string, { options }: (typeof MODES)[number]): Promise<void> => {
  const project = makeProject()
  const tsc = async (files: readonly string[], more: object): Promise<void> => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
    const compilerOptions = { ...strict, target: 'es2022', types: ['node'], ...options, ...more }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    await run(process.execPath, [path.join(modules, compiler, 'bin/tsc'), '-p', project, '--pretty', 'false'])
  }
  const programs = options.module === 'nodenext' ? PROGRAMS : PROGRAMS.filter(({ to }) => to !== EXPORTED)
  const files = programs.map(({ to }) => to)
  try {
    for (const { from, to } of programs) cpSync(path.join(root, from), path.join(project, to))
    await tsc(files, { rootDir: '.', outDir: 'out', declaration: true, skipLibCheck: true })
    const users = files.filter(file => file !== EXPORTED)
    for (const file of users) writeFileSync(path.join(project, `second-${file}`), consumer(file))
    // All declarations are checked once: those of packages, and of all that keystorm makes.
    const isOnce = options.module === 'nodenext'
    const emitted = isOnce ? [`out/${EXPORTED.replace('.ts', '.d.ts')}`] : []
    await tsc([...users.map(file => `second-${file}`), ...emitted], { noEmit: true, skipLibCheck: !isOnce })
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

const attempts = COMPILERS.flatMap(compiler =>
  MODES.map(mode => () => attempt(compiler, `${mode.name}, ESM and CommonJS`, () => compile(compiler, mode)))
)
// Two at a time: more would only wait for each other.
const worker = async (): Promise<void> => {
  for (let next = attempts.shift(); next; next = attempts.shift()) console.log(await next())
}
await Promise.all([worker(), worker()])
