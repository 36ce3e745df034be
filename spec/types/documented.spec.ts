import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

// What an editor shows of a member is its doc comment.

const lib = path.join(import.meta.dirname, '../../lib')
const HIDDEN =
  ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static | ts.ModifierFlags.Override

/** What only the library itself sees. */
const INNER = ['Reads', 'Packer']

/** The members of exported classes that users meet, and have no doc comment. */
const undocumented = (file: string): string[] => {
  const source = ts.createSourceFile(file, readFileSync(path.join(lib, file), 'utf8'), ts.ScriptTarget.ESNext, true)
  const classes = source.statements
    .filter(ts.isClassDeclaration)
    .filter(node => ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export)
  return classes
    .filter(({ name }) => !INNER.includes(name?.text ?? ''))
    .flatMap(({ name, members }) =>
      members
        .filter(member => member.name !== undefined && ts.isIdentifier(member.name))
        .filter(member => !(ts.getCombinedModifierFlags(member as ts.ClassElement & ts.Declaration) & HIDDEN))
        // What is behind overloads is not shown.
        .filter(
          (member, i, all) =>
            all[i - 1]?.name?.getText() !== member.name?.getText() || !('body' in member && member.body)
        )
        .filter(member => ts.getJSDocCommentsAndTags(member).length === 0)
        .map(member => `${name?.text}.${member.name?.getText()}`)
    )
}

test('every member of a builder and of an error has a doc comment', () => {
  const files = ['verbs', 'errors', 'schema/model.ts', 'schema/set.ts', 'schema/layout.ts'].flatMap(at =>
    at.endsWith('.ts')
      ? [at]
      : readdirSync(path.join(lib, at), { recursive: true }).map(file => path.join(at, String(file)))
  )
  const all = files.filter(file => file.endsWith('.ts')).flatMap(undocumented)
  assert.equal(all, [])
})

test.run()
