/** dynamodb-geo: keys that are numbers, the longer one beyond what a double holds, and points found by ranges of a local index. */
import { between, connect, layout, number, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const geo = layout({
  pk: number('hashKey'),
  sk: 'rangeKey',
  indexes: { 'geohash-index': { local: true, sk: number('geohash') } }
})

/** The hash key is the first digits of the geohash: whoever writes a point works out both. */
const Point = geo.model('Point').pk('hashKey').sk('rangeKey').index('geohash-index').fields({
  hashKey: t.int(),
  geohash: t.bigint(),
  geoJson: t.string(),
  country: t.string().optional(),
  'capital.name': t.string().optional()
})

const point = (rangeKey: string, geohash: bigint, change: object = {}) => ({
  ...{ hashKey: -58, rangeKey, geohash, geoJson: '{"type":"POINT","coordinates":[51.51,-0.13]}' },
  ...change
})

test('dynamodb-geo: what the library wrote is read, by each of its access patterns', () =>
  designed(geo, async ({ db, put }) => {
    await put(
      point('u-1', -5872345678901234567n),
      point('u-2', -5872345678901234566n, { country: 'UK', 'capital.name': 'London' }),
      point('u-3', -5872345678901234565n),
      point('u-1', 5872345678901234567n, { hashKey: 58 })
    )
    assert.equal(await db.get(Point, { hashKey: -58, rangeKey: 'u-1' }), point('u-1', -5872345678901234567n))
    const near = db
      .query(Point)
      .where({ hashKey: -58, geohash: between(-5872345678901234567n, -5872345678901234566n) })
      .on('geohash-index')
      .consistent()
    assert.equal(
      (await near).map(({ rangeKey }) => rangeKey),
      ['u-1', 'u-2'],
      'not one off, where doubles would not tell them apart'
    )
    const page = await near.pageSize(1).page()
    assert.equal((await near.pageSize(1).page(page.cursor)).items[0]?.rangeKey, 'u-2')
    const inLondon = await near.filter({ 'capital.name': 'London' })
    assert.equal(inLondon, [point('u-2', -5872345678901234566n, { country: 'UK', 'capital.name': 'London' })])
  }))

test('dynamodb-geo: what keystorm writes, the library finds', () =>
  designed(geo, async ({ db, get, find }) => {
    await db.put(Point, point('u-1', -5872345678901234567n, { 'capital.name': 'London' }))
    const row = await get({ hashKey: -58, rangeKey: 'u-1' })
    assert.is(row?.geohash, -5872345678901234567n)
    const range = { ':hash': -58, ':from': -5872345678901234567n, ':to': -5872345678901234567n }
    const found = await find('hashKey = :hash AND geohash BETWEEN :from AND :to', range, 'geohash-index')
    assert.equal(found, [row], 'by the very digit')
    await db.update(Point, { hashKey: -58, rangeKey: 'u-1' }).set({ country: 'UK' })
    assert.equal(await get({ hashKey: -58, rangeKey: 'u-1' }), { ...row, country: 'UK' })
    await db.delete(Point, { hashKey: -58, rangeKey: 'u-1' })
    assert.equal(await find('hashKey = :hash', { ':hash': -58 }), [])
  }))

test('dynamodb-geo: points of a cell are one query of the local index', () => {
  const cell = connect({ table: 'geo' }).query(Point)
  const near = cell.where({ hashKey: -58, geohash: between(-5872345678901234567n, -5872345678901234000n) })
  assert.equal(near.on('geohash-index').compile(), {
    TableName: 'geo',
    IndexName: 'geohash-index',
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :sk AND :to',
    ExpressionAttributeNames: { '#pk': 'hashKey', '#sk': 'geohash' },
    ExpressionAttributeValues: {
      ':pk': { N: '-58' },
      ':sk': { N: '-5872345678901234567' },
      ':to': { N: '-5872345678901234000' }
    },
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
