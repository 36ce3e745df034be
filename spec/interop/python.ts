/** The Python package single-table-orm, where it is at hand, run in a process of its own. */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { ModelDeclaration, Neutral, NeutralRecord } from '../storm/data.ts'

/** Where `npm run test:interop` puts the packages, outside of the repository. */
const PACKAGES =
  process.env.KEYSTORM_PYTHON_PACKAGES ??
  path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'keystorm', 'python')

/** The package needs Python 3.11. */
const PYTHONS = ['python3', 'python3.11', 'python3.12', 'python3.13', 'python3.14', 'python']

export interface Python {
  readonly command: string
  /** The folder of the packages that are installed for it: compiled ones fit one version of Python. */
  readonly packages: string
  /** Whether it can import STORM. */
  readonly hasStorm: boolean
}

const PROBE = `
import sys, os
from importlib.util import find_spec
packages = os.path.join(sys.argv[1], "%d.%d" % sys.version_info[:2])
sys.path.insert(0, packages)
if sys.version_info >= (3, 11):
    print(packages)
    print(all(map(find_spec, ["single_table_orm", "boto3", "pydantic"])))
`

/** The Pythons of this machine that are new enough, each looked for when it is asked for. */
export function* pythons(): Generator<Python> {
  for (const command of process.env.KEYSTORM_PYTHON ? [process.env.KEYSTORM_PYTHON] : PYTHONS) {
    const { stdout } = spawnSync(command, ['-c', PROBE, PACKAGES], { encoding: 'utf8', timeout: 60_000 })
    const [packages, hasStorm] = stdout?.split('\n') ?? []
    if (packages && hasStorm) yield { command, packages, hasStorm: hasStorm === 'True' }
  }
}

/** A Python that can import STORM, or why there is none. */
export const findStorm = (): Python | string => {
  let why = 'there is no Python 3.11 or newer'
  for (const python of pythons()) {
    if (python.hasStorm) return python
    why = 'Python has no package single-table-orm: npm run test:interop installs it'
  }
  return why
}

/** A call of STORM's query, such as `['limit', 3]`. */
export type StormCall = readonly [method: string, ...args: (string | number | boolean)[]]

interface Answer {
  readonly value?: unknown
  readonly raises?: string
  readonly message?: string
}

/** What STORM raised: the name of the Python class, and its message. */
export class Raised extends Error {
  constructor(
    readonly type: string,
    message: string
  ) {
    super(`${type}: ${message}`)
  }
}

/** STORM on an engine. Requests are answered one after the other. */
export class Storm {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = []
  #errors = ''

  constructor({ command, packages }: Python, endpoint: string) {
    const driver = path.join(import.meta.dirname, 'storm_driver.py')
    const env = {
      ...process.env,
      PYTHONPATH: packages,
      PYTHONIOENCODING: 'utf-8',
      PYTHONDONTWRITEBYTECODE: '1'
    }
    this.#child = spawn(command, [driver, endpoint], { env, stdio: ['pipe', 'pipe', 'pipe'] })
    createInterface({ input: this.#child.stdout }).on('line', line =>
      this.#waiting.shift()?.resolve(JSON.parse(line) as Answer)
    )
    this.#child.stderr.on('data', (text: Buffer) => {
      this.#errors += text
    })
    this.#child.once('close', code => {
      for (const { reject } of this.#waiting) reject(new Error(`Python ended with ${code}: ${this.#errors}`))
    })
  }

  /** What runs, in which versions. */
  about(): Promise<string> {
    return this.#ask({ operation: 'about' })
  }

  define(declaration: ModelDeclaration): Promise<unknown> {
    const { class_name: model, effective_suffix, fields, pk_fields, sk_fields, gsi_fields } = declaration
    return this.#ask({
      operation: 'define',
      model,
      suffix: effective_suffix === model ? null : effective_suffix,
      fields: fields.map(({ name, type, effective_identifier: identifier }) => ({
        name,
        type,
        pk: pk_fields.includes(name),
        sk: sk_fields.includes(name),
        gsi: gsi_fields.includes(name),
        identifier: identifier === name.charAt(0).toUpperCase() ? null : identifier
      }))
    })
  }

  create(table_name: string, model: string, values: NeutralRecord): Promise<NeutralRecord> {
    return this.#ask({ operation: 'create', table_name, model, values })
  }

  save(table_name: string, model: string, values: NeutralRecord): Promise<void> {
    return this.#ask({ operation: 'save', table_name, model, values })
  }

  get(table_name: string, model: string, values: NeutralRecord): Promise<NeutralRecord> {
    return this.#ask({ operation: 'get', table_name, model, values })
  }

  update(table_name: string, model: string, values: NeutralRecord, set: Record<string, Neutral>): Promise<void> {
    return this.#ask({ operation: 'update', table_name, model, values, set })
  }

  delete(table_name: string, model: string, values: NeutralRecord): Promise<void> {
    return this.#ask({ operation: 'delete', table_name, model, values })
  }

  query(table_name: string, model: string, using: NeutralRecord, ...calls: StormCall[]): Promise<NeutralRecord[]> {
    return this.#ask({ operation: 'query', table_name, model, using, calls })
  }

  async stop(): Promise<void> {
    this.#child.stdin.end()
    if (this.#child.exitCode === null) await new Promise(resolve => this.#child.once('close', resolve))
  }

  /** The driver's answer is trusted to be what its operation gives. */
  async #ask<T>(request: object): Promise<T> {
    const {
      value,
      raises,
      message = ''
    } = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    })
    if (raises !== undefined) throw new Raised(raises, message)
    return value as T
  }
}
