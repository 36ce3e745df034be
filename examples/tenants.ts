/**
 * User input in keys cannot cross tenants. A tenant chooses its own name, and the names of its folders and files. No choice
 * reaches another tenant's items.
 */
import './quiet.ts'
import { deepStrictEqual, rejects } from 'node:assert/strict'
import { InvalidKey, model } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { heading, printColumns } from './print.ts'

const File = model('File').pk('tenant', 'folder').suffix('Files').sk('name')

/** Many programs put the values between the delimiters unescaped, like this. */
const naive = (tenant: string, folder: string) => `T#${tenant}#F#${folder}#Files`

const victim = { tenant: 'acme', folder: 'hr#F#salaries', name: '2026.csv' }
const attacker = { tenant: 'acme#F#hr', folder: 'salaries', name: '2026.csv' }

heading('Two tenants, one key')
console.log()
printColumns(
  ['tenant', 'folder', 'PK by string interpolation', 'PK by keystorm'],
  [victim, attacker].map(({ tenant, folder, name }) => [
    tenant,
    folder,
    naive(tenant, folder),
    File.key({ tenant, folder, name }).PK
  ])
)
deepStrictEqual(naive(victim.tenant, victim.folder), naive(attacker.tenant, attacker.folder))

heading('On a table')
const hostile = [
  'acme#F#hr',
  'acme%23F%23hr',
  'acme%2523F',
  '#',
  '%',
  '%23',
  ' ',
  'T#acme',
  'acme#Files',
  'é#\u{1F34E}'
]
await localTable(async ({ db }) => {
  await db.put(File, victim)
  for (const tenant of hostile)
    for (const folder of hostile) await db.create(File, { tenant, folder, name: '2026.csv' }) // no item replaces another

  let partitions = 0
  for (const tenant of hostile)
    for (const folder of hostile) {
      const files = await db.query(File).where({ tenant, folder })
      deepStrictEqual(files, [{ tenant, folder, name: '2026.csv' }])
      deepStrictEqual(File.parse(File.key(files[0] ?? victim)), files[0])
      partitions++
    }
  console.log(
    `\n${partitions} partitions of hostile names: each holds its own file and no other, and its key reads back.`
  )

  deepStrictEqual(await db.query(File).where({ tenant: victim.tenant, folder: victim.folder }), [victim])
  deepStrictEqual(await db.get(File, attacker), undefined)
  console.log(`What ${JSON.stringify(attacker.tenant)} finds in ${attacker.folder}: nothing of acme's.`)
})

heading('Refused before anything is sent')
console.log()
const refused = { 'an empty name': '', 'half a character': '\ud83c', 'a name of 3,000 letters': 'x'.repeat(3000) }
for (const [what, tenant] of Object.entries(refused))
  await rejects(
    async () => File.key({ ...victim, tenant }),
    error => {
      if (error instanceof InvalidKey) console.log(`  ${what}: ${error.message}`)
      return error instanceof InvalidKey
    }
  )
