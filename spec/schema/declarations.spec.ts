import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

// Programs export their models, and some ship declaration files: each type must have a name that can be written there.

const root = fileURLToPath(new URL('../..', import.meta.url))

const source = `
import { type } from 'arktype'
import { connect, type InputOf, type ItemOf, model, models, plus, t } from 'keystorm'
import * as v from 'valibot'
import { z } from 'zod'

export const UserSchema = z.object({ email: z.email(), age: z.coerce.number().default(0), roles: z.array(z.enum(['a', 'b'])) })
export const User = model('User').pk('email').sk('#kind').gsi1('team').fields({
  ...UserSchema.shape,
  kind: t.literal('USER'),
  team: v.pipe(v.string(), v.toLowerCase()),
  address: v.optional(v.object({ city: v.string(), lines: v.array(v.string()) })),
  settings: type({ theme: "'dark' | 'light'", 'zoom?': 'number' }),
  late: v.pipeAsync(v.string(), v.checkAsync(async text => text !== '')),
  version: t.version()
})
export const Order = model('Order').pk('email').sk('O#id').fields({ lines: t.list(t.map({ sku: t.string() })) })
export const json = t.json()
export const Doc = model('Doc').pk('id').sk('rev').fields({ json, maybe: t.json().optional(), list: t.list(t.json()) })
export const app = models({ User, Order })
export const db = connect()
export const find = (email: string) => db.get(User, { email, kind: 'USER' }).orThrow()
export const byTeam = db.query(User).where({ team: 'red' }).onGsi1()
export const older = (email: string) => db.update(User, { email, kind: 'USER' }).set({ age: plus(1) }).returning('new')
export type UserItem = ItemOf<typeof User>
export type UserInput = InputOf<typeof User>
`

const emit = (): { text: string; problems: string[] } => {
  const file = path.join(root, 'spec/schema/exported.ts')
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options: base } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
  const options = { ...base, noEmit: false, declaration: true, emitDeclarationOnly: true }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, rest[0]) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], options, host)
  const main = program.getSourceFile(file)
  let text = ''
  const { diagnostics } = program.emit(main, (_, written) => {
    text = written
  })
  const problems = [...ts.getPreEmitDiagnostics(program, main), ...diagnostics].map(
    ({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  )
  return { text, problems }
}

const { text, problems } = emit()

test('exported models with attributes of all three libraries have declarations', () => {
  assert.equal(problems, [])
  for (const name of ['UserSchema', 'User', 'Order', 'json', 'Doc', 'app', 'db', 'find', 'byTeam', 'older'])
    assert.match(text, new RegExp(`export declare const ${name}: `))
})

test('their declarations are short, and name no file inside a package', () => {
  assert.ok(text.length < 12_000, `${text.length} characters`)
  const named = new Set([...text.matchAll(/import\("([^"]+)"\)/g)].map(([, module = '']) => module.split('/')[0]))
  assert.equal([...named].sort(), ['arktype', 'keystorm'])
  assert.not.match(text, /\bany\b/)
})

test.run()
