/** The table of bots of bedrock-chat: a user's own, and aliases of those of others. It has six indexes, two of them local. */
import { beginsWith, connect, layout, models, number, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const botTable = layout({
  pk: 'PK',
  sk: 'SK',
  indexes: {
    StarredIndex: { local: true, sk: 'IsStarred' },
    LastUsedTimeIndex: { local: true, sk: number('LastUsedTime') },
    BotIdIndex: { pk: 'BotId' },
    SharedScopeIndex: { pk: 'SharedScope', sk: 'SharedStatus' },
    ItemTypeIndex: { pk: 'ItemType' },
    SyncStatusIndex: { pk: 'SyncStatus' }
  }
})

const UserId = t.string().onlyInKeys()
/** Only what is starred, has been used or is shared is in those indexes: the attributes are absent from the others. */
const used = { IsStarred: t.literal('TRUE').optional(), LastUsedTime: t.number().optional() }
const shown = { Title: t.string(), Description: t.string(), CreateTime: t.number(), SyncStatus: t.string() }
const Bot = botTable
  .model('Bot')
  .pk(text('{UserId}'))
  .sk(text('BOT#{BotId}'))
  .index('StarredIndex')
  .index('LastUsedTimeIndex')
  .index('BotIdIndex')
  .index('SharedScopeIndex')
  .index('ItemTypeIndex', { pk: text('{UserId}#BOT') })
  .index('SyncStatusIndex')
  .fields({
    ...{ UserId, ...shown, ...used },
    BotId: t.string(),
    SharedScope: t.oneOf('partial', 'all').optional(),
    SharedStatus: t.string(), // unshared, shared or pinned@ and a number
    AllowedCognitoUsers: t.list(t.string()),
    ApiPublishmentStackName: t.string().nullable(),
    GenerationParams: t.json()
  })
const Alias = botTable
  .model('Alias')
  .pk(text('{UserId}'))
  .sk(text('ALIAS#{OriginalBotId}'))
  .index('StarredIndex')
  .index('LastUsedTimeIndex')
  .index('ItemTypeIndex', { pk: text('{UserId}#ALIAS') })
  .index('SyncStatusIndex')
  .fields({ UserId, ...shown, ...used, OwnerUserId: t.string(), IsOriginAccessible: t.boolean() })

models({ Bot, Alias }) // proven apart

const common = { Title: 'Cook', Description: 'cooks', CreateTime: 1700000000000, SyncStatus: 'SUCCEEDED' }
const botValues = {
  ...{ ...common, AllowedCognitoUsers: [], ApiPublishmentStackName: null, SharedStatus: 'unshared' },
  GenerationParams: { max_tokens: 2000, temperature: 0.6, stop_sequences: ['Human: '] }
}
const botRow = (BotId: string, change: object = {}) => {
  return { PK: 'u-1', SK: `BOT#${BotId}`, ItemType: 'u-1#BOT', BotId, ...botValues, ...change }
}
const aliasRow = {
  ...{ PK: 'u-1', SK: 'ALIAS#b-9', ItemType: 'u-1#ALIAS', OriginalBotId: 'b-9', OwnerUserId: 'u-2', ...common },
  ...{ IsOriginAccessible: true, LastUsedTime: 1700000000005, IsStarred: 'TRUE' as const }
}
const pinned = { SharedScope: 'all', SharedStatus: 'pinned@001', LastUsedTime: 1700000000009 } as const
const user = { UserId: 'u-1' }

test('bedrock-chat: bots that the application wrote are read, by each of its access patterns', () =>
  designed(botTable, async ({ db, put }) => {
    const starred = { IsStarred: 'TRUE', LastUsedTime: 1700000000001, SyncStatus: 'QUEUED' }
    await put(botRow('b-1', pinned), botRow('b-2', starred), botRow('b-3'), aliasRow)
    const ids = (bots: readonly { readonly BotId: string }[]) => bots.map(({ BotId }) => BotId).sort()

    assert.equal(await db.get(Bot, { ...user, BotId: 'b-1' }), { ...user, BotId: 'b-1', ...botValues, ...pinned })
    assert.equal(ids(await db.query(Bot).where(user).on('ItemTypeIndex')), ['b-1', 'b-2', 'b-3'], 'own bots')
    assert.equal(await db.query(Bot).where({ BotId: 'b-3' }).on('BotIdIndex').first(), {
      ...user,
      BotId: 'b-3',
      ...botValues
    })
    const stars = await db
      .query(Bot, Alias)
      .where({ ...user, IsStarred: 'TRUE' })
      .on('StarredIndex')
    assert.equal([ids(stars.Bot), stars.Alias.length], [['b-2'], 1])
    const recent: string[] = []
    for await (const { model, item } of db.query(Bot, Alias).where(user).on('LastUsedTimeIndex').reverse())
      recent.push(`${model} ${item.LastUsedTime}`)
    assert.equal(recent, ['Bot 1700000000009', 'Alias 1700000000005', 'Bot 1700000000001'])
    const shared = db.query(Bot).where({ SharedScope: 'all', SharedStatus: beginsWith('pinned') })
    assert.equal(ids(await shared.on('SharedScopeIndex')), ['b-1'])
    const queued = await db.query(Bot, Alias).where({ SyncStatus: 'QUEUED' }).on('SyncStatusIndex')
    assert.equal([ids(queued.Bot), queued.Alias], [['b-2'], []])
  }))

test('bedrock-chat: bots that keystorm writes, the application finds', () =>
  designed(botTable, async ({ db, get, find }) => {
    await db.put(Bot, { ...user, BotId: 'b-1', ...botValues, ...pinned })
    const { PK: _pk, SK: _sk, ItemType: _type, ...alias } = aliasRow
    await db.put(Alias, { ...user, ...alias })
    assert.equal(await get({ PK: 'u-1', SK: 'BOT#b-1' }), botRow('b-1', pinned), 'to the byte')
    assert.equal(await get({ PK: 'u-1', SK: 'ALIAS#b-9' }), aliasRow)
    assert.equal(await find('ItemType = :type', { ':type': 'u-1#BOT' }, 'ItemTypeIndex'), [botRow('b-1', pinned)])

    const key = { ...user, BotId: 'b-1' }
    await db.update(Bot, key).set({ IsStarred: 'TRUE', SharedStatus: 'unshared' }).remove('SharedScope', 'LastUsedTime')
    const changed = botRow('b-1', { IsStarred: 'TRUE' })
    assert.equal(await find('BotId = :id', { ':id': 'b-1' }, 'BotIdIndex'), [changed])
    const stars = { ':pk': 'u-1', ':yes': 'TRUE' }
    const starred = await find('PK = :pk AND IsStarred = :yes', stars, 'StarredIndex')
    assert.equal(starred.map(row => row.SK).sort(), ['ALIAS#b-9', 'BOT#b-1'])
    assert.equal(await find('PK = :pk', { ':pk': 'u-1' }, 'LastUsedTimeIndex'), [aliasRow])
    assert.equal(await find('SharedScope = :all', { ':all': 'all' }, 'SharedScopeIndex'), [])
  }))

test('bedrock-chat: the bots that a user used last are one query of the local index', () => {
  assert.equal(connect({ table: 'bots' }).query(Bot, Alias).where(user).on('LastUsedTimeIndex').reverse().compile(), {
    TableName: 'bots',
    IndexName: 'LastUsedTimeIndex',
    KeyConditionExpression: 'PK = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'u-1' } },
    ScanIndexForward: false,
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
