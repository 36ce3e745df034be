/**
 * Installs STORM, the Python package, into a cache folder outside of the repository, unless it is there, and runs the
 * specs that need it: `npm run test:interop`. KEYSTORM_PYTHON names another Python.
 */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { findStorm, type Python, pythons } from '../spec/interop/python.ts'

/** STORM declares more than it imports: these are what it needs, in the version of boto3 that it was made with. */
const STORM = 'single-table-orm==0.2.7'
const NEEDED = ['boto3==1.35.70', 'pydantic>=2,<3']
const SECONDS = 300

const pip = ({ command, packages }: Python, ...args: string[]): boolean => {
  const options = ['--disable-pip-version-check', '--upgrade', '--target', packages]
  const result = spawnSync(command, ['-m', 'pip', 'install', ...options, ...args], {
    encoding: 'utf8',
    timeout: SECONDS * 1000
  })
  if (result.status !== 0) console.log(`${command}: ${result.error?.message ?? result.stderr}`)
  return result.status === 0
}

const install = (): boolean => {
  for (const python of pythons()) if (pip(python, ...NEEDED) && pip(python, '--no-deps', STORM)) return true
  return false
}

if (typeof findStorm() === 'string' && !install()) {
  console.log('FAIL  no Python 3.11 or newer could install single-table-orm')
  process.exit(1)
}

const runner = path.join(import.meta.dirname, '../spec/support/run.ts')
const { status } = spawnSync(process.execPath, ['--import', import.meta.resolve('tsx'), runner, '^interop/'], {
  stdio: 'inherit',
  env: { ...process.env, KEYSTORM_INTEROP: 'required' }
})
process.exitCode = status ?? 1
