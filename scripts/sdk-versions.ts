/**
 * Runs the contract specs that need most of the SDK with its lowest version that package.json lets in, and with the newest
 * there is, each installed by name in a folder of its own. The library and a user's program must compile with them, too.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const SDK = '@aws-sdk/client-dynamodb'
const run = promisify(execFile)
const root = path.join(import.meta.dirname, '..')
const modules = path.join(root, 'node_modules')

/** The parts of package.json and of a package's that matter here. */
interface Manifest {
  readonly version: string
  readonly peerDependencies: Readonly<Record<string, string>>
}

const manifestAt = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest

const range = manifestAt(root).peerDependencies[SDK] ?? ''
const lowest = /^\^(3\.\d+\.\d+)$/.exec(range)?.[1]
if (lowest === undefined) throw new Error(`The range of the peer ${SDK} is '${range}', and no ^3.x.y.`)

/** This project, with another SDK among its packages. */
const makeProject = async (version: string): Promise<string> => {
  const project = mkdtempSync(path.join(tmpdir(), 'keystorm-sdk-'))
  const sdk = path.join(project, 'sdk')
  mkdirSync(sdk)
  writeFileSync(path.join(sdk, 'package.json'), '{ "private": true }')
  const flags = ['--no-audit', '--no-fund', '--silent']
  await run('npm', ['install', ...flags, `${SDK}@${version}`], { cwd: sdk, timeout: 300_000 })
  for (const name of ['lib', 'spec', 'package.json', 'tsconfig.json'])
    cpSync(path.join(root, name), path.join(project, name), { recursive: true })
  mkdirSync(path.join(project, 'node_modules'))
  for (const name of readdirSync(modules)) {
    const from = name === '@aws-sdk' ? path.join(sdk, 'node_modules') : modules
    symlinkSync(path.join(from, name), path.join(project, 'node_modules', name), 'junction')
  }
  return project
}

const compile = async (project: string): Promise<void> => {
  const files = [
    'lib/index.ts',
    'lib/jsonata/index.ts',
    'lib/lean/index.ts',
    'lib/testing/index.ts',
    'spec/types/user-program.ts'
  ]
  writeFileSync(
    path.join(project, 'tsconfig.sdk.json'),
    JSON.stringify({ extends: './tsconfig.json', files, include: [] })
  )
  // The compiler that takes a second: the others are there for `npm run types:versions`.
  const tsc = path.join(modules, 'typescript-7/bin/tsc')
  await run(process.execPath, [tsc, '-p', 'tsconfig.sdk.json', '--pretty', 'false'], { cwd: project })
}

const specs = async (project: string): Promise<string> => {
  const args = [
    '--import',
    'tsx',
    'spec/support/run.ts',
    '^contract/(writes|tables|updates|locking|verbs|conditions|transactions|batches)'
  ]
  // The laws are not about the SDK.
  const env = { ...process.env, SPEC_RUNS: '0.05', KEYSTORM_CLIENT: 'sdk' }
  const { stdout } = await run(process.execPath, args, { cwd: project, env, maxBuffer: 2 ** 26 })
  return stdout.trimEnd().split('\n').at(-1) ?? ''
}

/** The outcome as a line, and below it what went wrong. */
const attempt = async (which: string, wanted: string): Promise<string> => {
  let project: string
  try {
    project = await makeProject(wanted)
  } catch (error) {
    // Without a registry, the specs of `npm test` still have the SDK of this repository.
    return `left out: the ${which} SDK, ${wanted}: ${(error as Error).message.split('\n')[0]}`
  }
  const name = `the ${which} SDK of ${range}, ${manifestAt(path.join(project, 'node_modules', SDK)).version}`
  try {
    await compile(project)
    return `ok    ${name}: compiles, ${await specs(project)}`
  } catch (error) {
    process.exitCode = 1
    const { message, stdout } = error as Error & { stdout?: string }
    return `FAIL  ${name}\n${(stdout || message).trimEnd().replace(/^/gm, '      ')}`
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

// At the same time: while one is installed, the other has the machine.
const attempts = [attempt('lowest', lowest), attempt('newest', range)]
for (const line of attempts) console.log(await line)
