/** Packs the built package and looks at it as a user would get it. Run it after the build. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { builtinModules, createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import {
  type Budget,
  budgets,
  inBundle,
  leanInBundle,
  loading,
  noEngine,
  type Program,
  typed,
  works
} from './package-programs.ts'

const exec = promisify(execFile)
const root = path.join(import.meta.dirname, '..')
const temporary = await mkdtemp(path.join(tmpdir(), 'keystorm-package-'))
const project = path.join(temporary, 'project')

const PEERS = {
  '@aws-sdk/client-dynamodb': '^3.363.0',
  '@aws-sdk/credential-provider-node': '^3.363.0',
  '@opentelemetry/api': '^1.4.0'
}
const OTHER_NODES = ['22', '24']

let failed = 0
/** Runs one check. It fails by throwing; what it gives is shown. */
const check = async (name: string, run: () => Promise<string | undefined> | string | undefined): Promise<void> => {
  try {
    console.log(`ok    ${name}  ${(await run()) ?? ''}`.trimEnd())
  } catch (error) {
    failed++
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string }
    console.log(`FAIL  ${name}\n${[message, stdout, stderr].filter(Boolean).join('\n').replace(/^/gm, '      ')}`)
  }
}

const expect = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new Error(otherwise)
}

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
  readonly size: number
}

const pack = async (): Promise<Packed> => {
  const { stdout } = await exec('npm', ['pack', '--json', '--pack-destination', temporary], { cwd: root })
  const [packed] = JSON.parse(stdout) as Packed[]
  if (!packed) throw new Error('npm pack packed nothing')
  return packed
}

const install = async (tarball: string): Promise<void> => {
  await mkdir(project)
  await writeFile(path.join(project, 'package.json'), '{ "name": "user", "private": true }')
  await exec('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', tarball], {
    cwd: project
  })
  // The peers are those of this repository: what is tested is keystorm, and nothing needs the network.
  await link('@aws-sdk/client-dynamodb', '@types/node')
}

const link = async (...ids: string[]): Promise<void> => {
  for (const id of ids) {
    const at = path.join(project, 'node_modules', id)
    await mkdir(path.dirname(at), { recursive: true })
    await symlink(path.join(root, 'node_modules', id), at, 'junction')
  }
}

const run = async (node: string, { file, text }: Program): Promise<string> => {
  await writeFile(path.join(project, file), text)
  const env = {
    ...process.env,
    // Engines are those of the project, and none that was fetched before.
    ...{ DYNAMODB_ENDPOINT: '', KEYSTORM_ENGINE: '', DYNAMODB_LOCAL_HOME: '', XDG_CACHE_HOME: temporary },
    ...{ DB_TABLE_NAME: '', NODE_NO_WARNINGS: '1' }
  }
  return (await exec(node, [file], { cwd: project, env, timeout: 60_000 })).stdout.trim()
}

// esbuild comes with tsup, and need not be where the root can see it.
const fromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'))
const esbuild = fromTsup('esbuild') as typeof import('esbuild')

/** How a program is bundled with the SDK in it: as one file, or with a file of its own for what is loaded later. */
const FORMATS = {
  'one ES module': { format: 'esm', splitting: false },
  'ES modules': { format: 'esm', splitting: true },
  'one CommonJS module': { format: 'cjs', splitting: false }
} as const

const bundled = async (how: keyof typeof FORMATS): Promise<string> => {
  const entry = path.join(project, inBundle.file)
  await writeFile(entry, inBundle.text)
  const { format } = FORMATS[how]
  const banner = { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)` }
  const outdir = path.join(project, how.replaceAll(' ', '-'))
  const type = format === 'esm' ? '.mjs' : '.cjs'
  await esbuild.build({
    ...{ entryPoints: [entry], bundle: true, outdir, outExtension: { '.js': type }, platform: 'node', ...FORMATS[how] },
    ...(format === 'esm' && { banner }) // for what the SDK requires of Node
  })
  const file = path.join(outdir, inBundle.file.replace('.mjs', type))
  return run(process.execPath, { file: path.relative(project, file), text: await readFile(file, 'utf8') })
}

const WITHOUT = ['@aws-sdk/*', '@opentelemetry/*', 'dynalite', '@dynoxide/*']

/** What bundlers make of a program, without the SDK where nothing else is said: one file. */
const bundle = async (file: string, text: string, external: string[] = WITHOUT): Promise<Uint8Array> => {
  const entry = path.join(project, file)
  await writeFile(entry, text)
  const options = {
    ...({ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20' } as const),
    mainFields: ['module', 'main']
  }
  const { outputFiles } = await esbuild.build({
    entryPoints: [entry],
    ...options,
    write: false,
    external
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

const size = async ({ file, text, ceiling, isWithSdk }: Budget): Promise<string> => {
  const minified = await bundle(file, text, isWithSdk ? [] : WITHOUT)
  const bytes = gzipSync(minified, { level: 9 }).length
  expect(bytes <= ceiling, `${bytes} bytes gzipped, above the ceiling of ${ceiling}`)
  return `${bytes} of ${ceiling} bytes gzipped, ${minified.length} minified`
}

/** Runs a program that is bundled without the SDK. */
const bundledWithout = async ({ file, text }: Program): Promise<string> =>
  run(process.execPath, { file: `bundled-${file}`, text: Buffer.from(await bundle(file, text)).toString() })

/** The built files of the package, and their code. */
const built = async (): Promise<[file: string, code: string][]> => {
  const dist = path.join(project, 'node_modules', 'keystorm', 'dist')
  const files = (await readdir(dist, { recursive: true })).filter(file => /\.c?js$/.test(file))
  return Promise.all(files.map(async file => [file, await readFile(path.join(dist, file), 'utf8')]))
}

/** Where `node:` is left out, a package of that name, or a runtime that is not Node, may answer. */
const nodeModules = async (): Promise<string> => {
  const names = new Set<string>()
  for (const [file, text] of await built()) {
    for (const [, id = ''] of text.matchAll(/\b(?:from|import|require\(|import\()\s*['"]([^'"]+)['"]/g)) {
      expect(!builtinModules.includes(id), `${file} imports '${id}', and not 'node:${id}'`)
      if (id.startsWith('node:')) names.add(id)
    }
  }
  expect(names.size > 0, "no module of Node's was found")
  return [...names].sort().join(', ')
}

/** See `skippable` in tsup.config.ts. */
const functions = async (): Promise<string> => {
  let count = 0
  for (const [file, code] of await built()) {
    const [arrow] = code.match(/^(const|let|var) [\w$]+ = (async )?\(((?!=>).)*\) => \{$/m) ?? []
    expect(arrow === undefined, `${file} has an arrow function whose body V8 reads at once: ${arrow}`)
    count += code.match(/^(const|let|var) [\w$]+ = (async )?function \(/gm)?.length ?? 0
  }
  expect(count > 0, 'none was found')
  return `${count} functions`
}

/** How many files Node loads for an entry: each costs about a millisecond. */
const filesOf = async (entry: string): Promise<number> => {
  const dist = path.join(project, 'node_modules', 'keystorm', 'dist')
  const files = new Set([entry])
  for (const file of files) {
    const text = await readFile(path.join(dist, file), 'utf8')
    for (const [, id = ''] of text.matchAll(/\b(?:from|import|require\()\s*['"]\.\/([^'"]+)['"]/g)) files.add(id)
  }
  expect(files.size <= 6, `${entry} is loaded as ${files.size} files: ${[...files].join(', ')}`)
  return files.size
}

/** The binary of another Node version, from the npm package that carries it; or why it is not to be had. */
const otherNode = async (version: string): Promise<{ binary: string } | { missing: string }> => {
  try {
    const args = ['exec', '--yes', `--package=node@${version}`, '--', 'node', '-p', 'process.execPath']
    const binary = (await exec('npm', args, { cwd: temporary, timeout: 180_000 })).stdout.trim()
    return { binary }
  } catch (error) {
    return { missing: String((error as Error).message.split('\n')[0]) }
  }
}

try {
  const packed = await pack()
  const tarball = path.join(temporary, packed.filename)
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Record<string, unknown>

  await check('contents', () => {
    const names = packed.files.map(file => file.path)
    const strange = names.filter(name => !/^(dist\/.*|README\.md|LICENSE|package\.json)$/.test(name))
    expect(strange.length === 0, `does not belong into the package: ${strange.join(', ')}`)
    const missing = ['README.md', 'LICENSE', 'package.json', 'dist/index.js'].filter(name => !names.includes(name))
    expect(missing.length === 0, `missing from the package: ${missing.join(', ')}`)
    return `${names.length} files, ${packed.size} bytes`
  })
  await check('dependencies', () => {
    for (const kind of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies']) {
      expect(manifest[kind] === undefined, `package.json has ${kind}: keystorm brings nothing along, and no engine`)
    }
    expect(
      JSON.stringify(manifest.peerDependencies) === JSON.stringify(PEERS),
      `peers other than ${Object.keys(PEERS)}`
    )
    return "none; peers: the SDK's client, and its chain of credentials, which is optional"
  })
  await check('a file for each module', () => {
    const entries = Object.entries(manifest.exports as Record<string, { import?: { types: string; module?: string } }>)
    for (const [name, { import: entry }] of entries)
      expect(
        entry === undefined || packed.files.some(file => `./${file.path}` === entry.module),
        `${name} has no "module", the entry for bundlers: one that lacks it brings a second copy of the rest`
      )
    return `of ${entries.length} entries`
  })
  await check('where it comes from', () => {
    const { repository, homepage, bugs } = manifest as Record<string, string | { url: string } | undefined>
    const [url, ...others] = [repository, homepage, bugs].map(at => (typeof at === 'object' ? at.url : (at ?? '')))
    const home = String(url).replace(/^git\+|\.git$/g, '')
    expect(/^https:\/\/./.test(home), 'package.json has no repository')
    expect(
      others.every(other => other.startsWith(home)),
      `homepage and bugs are not of ${home}`
    )
    return home
  })
  await check('publint', async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: new Uint8Array(await readFile(tarball)).buffer },
      strict: true
    })
    expect(messages.length === 0, messages.map(message => formatMessage(message, pkg, { color: false })).join('\n'))
    return undefined
  })
  await check('types resolve', async () => {
    await exec('npm', ['exec', '--no', '--', 'attw', tarball, '--profile', 'node16', '--format', 'ascii'], {
      cwd: root
    })
    return undefined
  })

  await install(tarball)
  await check("Node's own modules", nodeModules)
  await check('bodies that are read when they are needed', functions)
  await check('few files', async () => `${await filesOf('index.js')}, and ${await filesOf('index.cjs')} as CommonJS`)
  for (const budget of budgets) await check(`size of ${budget.what}`, () => size(budget))
  for (const program of loading) await check(`${program.file} loads the SDK late`, () => run(process.execPath, program))
  for (const how of ['one ES module', 'ES modules', 'one CommonJS module'] as const)
    await check(`bundled with the SDK, as ${how}`, () => bundled(how))
  await check('lean, bundled into one file', () => bundledWithout(leanInBundle))
  await check('without an engine', () => run(process.execPath, noEngine))
  await link('dynalite', '@dynoxide', '@opentelemetry/api')
  for (const program of works)
    await check(`${program.file} on ${process.version}`, () => run(process.execPath, program))
  // What bundlers take are other files, which must share their classes and their context as well.
  for (const program of works.filter(({ file }) => file.endsWith('.mjs')))
    await check(`${program.file}, bundled`, () => bundledWithout(program))
  await check('types compile', async () => {
    for (const { file, text } of typed) await writeFile(path.join(project, file), text)
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
    await exec(process.execPath, [tsc, ...flags, ...typed.map(({ file }) => file)], { cwd: project })
    return 'as ES module and as CommonJS'
  })
  for (const version of OTHER_NODES) {
    const node = await otherNode(version)
    if ('missing' in node) console.log(`left out: Node ${version}: ${node.missing}`)
    else for (const program of works) await check(`${program.file} on Node ${version}`, () => run(node.binary, program))
  }
} finally {
  await rm(temporary, { recursive: true, force: true })
}
process.exitCode = failed > 0 ? 1 : 0
