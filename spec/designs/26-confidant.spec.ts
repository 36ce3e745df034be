/** Confidant's table of secrets, by PynamoDB: an attribute names the kind of each row, and is an index's key, too. */
import { ConditionFailed, connect, gte, layout, models, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const secrets = layout({
  pk: 'id',
  type: 'data_type',
  indexes: { data_type_date_index: { pk: 'data_type', sk: 'modified_date' } }
})

const common = {
  revision: t.int(),
  enabled: t.boolean().default(true),
  modified_date: t.string(), // 2019-12-16T23:16:17.123456+0000
  modified_by: t.string()
}
const secret = {
  ...common,
  name: t.string(),
  credential_pairs: t.string(),
  data_key: t.binary(),
  cipher_version: t.int().optional(),
  metadata: t.string().optional(), // JSON
  documentation: t.string().optional()
}
/** The newest revision has a UUID as its id. */
const Credential = secrets
  .model('credential')
  .pk('id')
  .index('data_type_date_index')
  .fields({ ...secret, data_type: t.literal('credential').default('credential') })
/** Each revision is kept under `<id>-<revision>`. */
const Archived = secrets
  .model('archive-credential')
  .pk('id')
  .index('data_type_date_index')
  .fields({ ...secret, data_type: t.literal('archive-credential').default('archive-credential') })
/** A service has its name as its id, which may be any text. */
const Service = secrets
  .model('service')
  .pk('id')
  .index('data_type_date_index')
  .fields({
    ...common,
    data_type: t.literal('service').default('service'),
    credentials: t.set(t.string()).optional(),
    account: t.string().optional()
  })
const all = models({ credential: Credential, 'archive-credential': Archived, service: Service })

const id = '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
const values = {
  ...{ revision: 1, enabled: true, modified_date: '2019-12-16T23:16:17.123456+0000', modified_by: 'ann@x.org' },
  ...{ name: 'db', credential_pairs: 'gAAAAAB=', data_key: new Uint8Array([1, 2]), cipher_version: 2, metadata: '{}' }
}
const row = { ...values, id, data_type: 'credential' } as const
const archived = { ...values, id: `${id}-1`, data_type: 'archive-credential' } as const
const service = {
  ...{ id: 'web-1', data_type: 'service', revision: 1, credentials: new Set([id]) },
  ...{ modified_date: '2019-12-17T08:00:00.000000+0000', modified_by: 'bob@x.org' }
} as const

test('Confidant: what it wrote is read, by each of its access patterns', () =>
  designed(secrets, async ({ db, put }) => {
    await put(row, archived, { ...service, enabled: 1 }) // its older bool is a number
    assert.equal(await db.get(Credential, { id }), row)
    assert.is(await db.get(Credential, { id: 'web-1' }), undefined, 'of another kind')
    assert.equal(await db.batchGet(db.get(Archived, archived), db.get(Archived, { id: `${id}-2` })), [
      archived,
      undefined
    ])
    assert.equal(await db.query(Credential).where({}).on('data_type_date_index'), [row])
    const since = db.query(Service).where({ modified_date: gte('2019-12-17') })
    assert.equal(await since.on('data_type_date_index').reverse(), [{ ...service, enabled: true }])
    const scanned = await db.scan(all)
    assert.equal(
      Object.values(scanned).map(({ length }) => length),
      [1, 1, 1]
    )
  }))

test('Confidant: what keystorm writes, it finds', () =>
  designed(secrets, async ({ db, get, find, put }) => {
    await db.create(Credential, { ...values, id })
    assert.equal(await get({ id }), row, 'the same row, to the byte')
    await db.create(Archived, { ...values, id: `${id}-1` })
    const next = await db.put(Credential, { ...row, revision: 2 }).if({ revision: 1 })
    await db.create(Archived, { ...next, id: `${id}-2`, data_type: 'archive-credential' })
    const found = await find('data_type = :type', { ':type': 'archive-credential' }, 'data_type_date_index')
    assert.equal(found.map(({ revision }) => revision).sort(), [1, 2])

    await put(service)
    const over = await errorFrom(() => db.put(Credential, { ...row, id: 'web-1' }))
    assert.instance(over, ConditionFailed)
    await db.update(Service, { id: 'web-1' }).set({ enabled: false, account: 'a' })
    assert.equal(await get({ id: 'web-1' }), { ...service, enabled: false, account: 'a' })
  }))

test('Confidant: each kind is one query of the index', () => {
  const since = connect({ table: 'confidant' })
    .query(Service)
    .where({ modified_date: gte('2019') })
  assert.equal(since.on('data_type_date_index').compile(), {
    TableName: 'confidant',
    IndexName: 'data_type_date_index',
    KeyConditionExpression: '#pk = :pk AND #sk >= :sk',
    ExpressionAttributeNames: { '#pk': 'data_type', '#sk': 'modified_date' },
    ExpressionAttributeValues: { ':pk': { S: 'service' }, ':sk': { S: '2019' } },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
