import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
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

/** The declarations, and what the compiler says. */
const emit = (): { text: string; problems: string } => {
  const project = mkdtempSync(path.join(root, 'spec/schema/exported-')) // where the packages are found
  try {
    writeFileSync(path.join(project, 'exported.ts'), source)
    const config = {
      extends: path.join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir: 'out' },
      files: ['exported.ts'],
      include: []
    }
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config))
    // The compiler that takes a second.
    const compiler = path.join(root, 'node_modules/typescript-7/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { encoding: 'utf8' })
    const emitted = path.join(project, 'out', path.relative(root, project), 'exported.d.ts')
    return { text: readFileSync(emitted, 'utf8'), problems: stdout }
  } finally {
    rmSync(project, { recursive: true, force: true })
  }
}

const { text, problems } = emit()

test('exported models with attributes of all three libraries have declarations', () => {
  assert.is(problems, '')
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
