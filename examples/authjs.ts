/**
 * Works on a table of Auth.js, beside the application that signs users in: lists users and their sessions, changes an
 * e-mail address, and deletes a user with everything they own. The rows are written as Auth.js's DynamoDB adapter does.
 */
import './quiet.ts'
import { deepStrictEqual } from 'node:assert/strict'
import { DeleteTableCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { connect, createTable, gt, layout, models, t, text } from 'keystorm'
import { startLocalEngine } from 'keystorm/testing'
import { heading, printRows, run } from './print.ts'

/** The table from the adapter's documentation. */
const auth = layout({ pk: 'pk', sk: 'sk', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' } } })

const maybe = t.string().nullable().optional()
const User = auth
  .model('User')
  .pk(text('USER#{id}'))
  .sk(text('USER#{id}'))
  .index('GSI1', { pk: text('USER#{email}'), sk: text('USER#{email}') })
  .fields({
    type: t.literal('USER').default('USER'),
    email: t.string(),
    name: maybe,
    image: maybe,
    emailVerified: t.date().nullable().optional()
  })
const Account = auth
  .model('Account')
  .pk(text('USER#{userId}'))
  .sk(text('ACCOUNT#{provider}#{providerAccountId}'))
  .index('GSI1', { pk: text('ACCOUNT#{provider}'), sk: text('ACCOUNT#{providerAccountId}') })
  .fields({ id: t.string(), type: t.string(), access_token: maybe })
const Session = auth
  .model('Session')
  .pk(text('USER#{userId}'))
  .sk(text('SESSION#{sessionToken}'))
  .index('GSI1', { pk: text('SESSION#{sessionToken}'), sk: text('SESSION#{sessionToken}') })
  .fields({ type: t.literal('SESSION').default('SESSION'), expires: t.ttl() })

// Does not compile, and throws, if a row could belong to two models.
models({ User, Account, Session })

const engine = await startLocalEngine()
const TableName = `authjs-${process.pid}`
const db = connect({ table: TableName, client: engine.client })

/** A user with a GitHub account and two sessions, one of them expired. */
const signIn = async (id: string, email: string, name: string): Promise<void> => {
  const inHours = (n: number) => Date.now() / 1000 + n * 3600
  const pk = `USER#${id}`
  const session = (sessionToken: string, expires: number) => ({
    ...{ pk, sk: `SESSION#${sessionToken}`, GSI1PK: `SESSION#${sessionToken}`, GSI1SK: `SESSION#${sessionToken}` },
    ...{ type: 'SESSION', userId: id, sessionToken, expires }
  })
  const rows = [
    {
      pk,
      sk: pk,
      GSI1PK: `USER#${email}`,
      GSI1SK: `USER#${email}`,
      type: 'USER',
      id,
      email,
      name,
      emailVerified: null
    },
    {
      ...{ pk, sk: `ACCOUNT#github#7${id}`, GSI1PK: 'ACCOUNT#github', GSI1SK: `ACCOUNT#7${id}` },
      ...{ type: 'oauth', id: `a-${id}`, userId: id, provider: 'github', providerAccountId: `7${id}` }
    },
    session(`${id}-old`, inHours(-1)),
    session(`${id}-new`, inHours(1))
  ]
  for (const row of rows) await engine.client.send(new PutItemCommand({ TableName, Item: marshall(row) }))
}

const show = async (): Promise<number> => {
  const { Items = [] } = await engine.client.send(new ScanCommand({ TableName }))
  printRows(Items, ['pk', 'sk', 'GSI1PK'])
  return Items.length
}

const look = async (): Promise<void> => {
  heading('Who is there')
  const byEmail = db.query(User).where({ email: 'ann@example.com' }).on('GSI1')
  const [ann] = await run('a user, by e-mail', 'Query', byEmail)
  deepStrictEqual(ann?.id, '1')
  const byAccount = db.query(Account).where({ provider: 'github', providerAccountId: '71' }).on('GSI1')
  deepStrictEqual((await run('whose account that is', 'Query', byAccount))[0]?.userId, '1')
  const valid = db
    .query(Session)
    .where({ userId: '1' })
    .filter({ expires: gt(new Date()) })
  const sessions = await run('the sessions of a user that have not ended', 'Query', valid)
  deepStrictEqual(
    sessions.map(({ sessionToken }) => sessionToken),
    ['1-new']
  )
}

const rename = async (): Promise<void> => {
  heading('A new e-mail address')
  await db.update(User, { id: '1' }).set({ email: 'ann@example.org', emailVerified: new Date() })
  const by = (email: string) => db.query(User).where({ email }).on('GSI1').count()
  const found = { old: await by('ann@example.com'), new: await by('ann@example.org') }
  console.log(`  users of the old address: ${found.old}, of the new one: ${found.new}. The index has followed.`)
  deepStrictEqual(found, { old: 0, new: 1 })
}

const remove = async (): Promise<void> => {
  heading('A user goes, with all that is theirs')
  const all = await db.query(User, Account, Session).where({ id: '1' })
  await db.batchWrite([
    ...all.User.map(one => db.delete(User, one)),
    ...all.Account.map(one => db.delete(Account, one)),
    ...all.Session.map(one => db.delete(Session, one))
  ])
  deepStrictEqual(await show(), 4)
}

try {
  await createTable(db, auth)
  heading('What Auth.js has written')
  await signIn('1', 'ann@example.com', 'Ann')
  await signIn('2', 'bob@example.com', 'Bob')
  deepStrictEqual(await show(), 8)
  await look()
  await rename()
  await remove()
} finally {
  await engine.client.send(new DeleteTableCommand({ TableName }))
  await engine.stop()
}
