/**
 * Starts a DynamoDB engine on this machine, makes a table, writes and reads items, and prints every command it sends.
 * Then it reads rows written by STORM, a single-table ORM for Python. It throws if a result is not as expected.
 */
import './quiet.ts'
import { deepStrictEqual, rejects } from 'node:assert/strict'
import { DeleteTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable, ItemExists, withTable } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { Fruit, fruits, Integration, integrations } from './models.ts'
import { heading, printRows, run, runShortly } from './print.ts'
import { readStormRows } from './storm-rows.ts'

const engine = await startLocalEngine()
const { client } = engine
const db = connect({ table: 'keystorm-demo', client })
const key = { tenant: 'tenant-2', integration_id: 'INT0001' }

const made: string[] = []
const makeTable = async (name: string) => {
  await createTable(connect({ table: name, client }))
  made.push(name)
}

const write = async () => {
  heading('Writing')
  const [first, ...others] = integrations
  await run('create an integration: fails if it is there', 'PutItem', db.create(Integration, first))

  console.log('\nthree more, also of other tenants; and fruits beside them in the same table')
  for (const item of others) deepStrictEqual(await runShortly(db.create(Integration, item)), item)
  for (const item of fruits) deepStrictEqual(await runShortly(db.put(Fruit, item)), item)

  heading('What the table holds now')
  const { Items: rows = [] } = await client.send(new ScanCommand({ TableName: 'keystorm-demo' }))
  deepStrictEqual(rows.length, integrations.length + fruits.length)
  printRows(rows, ['PK', 'SK', 'GSI1PK', 'enabled', 'created_on', 'static_files', 'weight'])
}

const read = async () => {
  heading('Reading')
  const [first, second] = integrations
  deepStrictEqual(await run('one integration, by its key', 'GetItem', db.get(Integration, key)), first)

  const ofTenant = db.query(Integration).where({ tenant: 'tenant-2' })
  deepStrictEqual(await run('the integrations of one tenant: its partition', 'Query', ofTenant), [first, second])

  const latest = db.query(Fruit).where({ apple: 'gala', banana: 'dwarf' }).reverse().limit(1)
  deepStrictEqual(await run('the latest fruit of a partition', 'Query', latest), [fruits[1]])

  const ofFarm = db.query(Fruit).where({ farm: 'hill' }).onGsi1()
  deepStrictEqual(await run('the fruits of one farm, from two partitions: GSI1', 'Query', ofFarm), [
    fruits[0],
    fruits[2]
  ])
}

const refuse = async () => {
  heading('What is refused')
  const [first] = integrations
  console.log('\ncreate what is there')
  await rejects(
    () => Promise.resolve(db.create(Integration, { ...first, enabled: false })),
    error => {
      if (error instanceof ItemExists) console.log(`  → ${error.name}: ${error.message}`)
      return error instanceof ItemExists
    }
  )
  deepStrictEqual(await db.get(Integration, key), first)
}

const useAnotherTable = async () => {
  heading('Another table: the same code inside of withTable')
  await makeTable('keystorm-archive')
  const [fruit] = fruits
  await withTable('keystorm-archive', async () => {
    await run('put a fruit there', 'PutItem', db.put(Fruit, { ...fruit, weight: 9 }))
    deepStrictEqual(await run('and read it', 'GetItem', db.get(Fruit, fruit)), { ...fruit, weight: 9 })
  })
  deepStrictEqual(await run('the fruit in the table of the demo', 'GetItem', db.get(Fruit, fruit)), fruit)
}

try {
  console.log(`${engine.about}\nThe table: keystorm-demo; its keys: PK, SK; its index: GSI1.`)
  await makeTable('keystorm-demo')
  await write()
  await read()
  await refuse()
  await useAnotherTable()
  heading('Rows that STORM wrote')
  await makeTable('keystorm-storm')
  await readStormRows({ db: connect({ table: 'keystorm-storm', client }), table: 'keystorm-storm', client })
} finally {
  // An engine that was already running, such as one in a container, would keep them.
  for (const TableName of made) await client.send(new DeleteTableCommand({ TableName }))
  await engine.stop()
}
