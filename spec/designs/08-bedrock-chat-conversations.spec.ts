/** The table of conversations of bedrock-chat. Keys begin with the user, as IAM's condition on leading keys wants it. */
import { connect, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const chat = layout({ pk: 'PK', sk: 'SK', indexes: { SKIndex: { pk: 'SK' } } })
const UserId = t.string().onlyInKeys()
const ConversationId = t.string().onlyInKeys()
const Conversation = chat
  .model('Conversation')
  .pk(text('{UserId}'))
  .sk(text('{UserId}#CONV#{ConversationId}'))
  .index('SKIndex')
  .fields({
    ...{ UserId, ConversationId, Title: t.string(), CreateTime: t.number() },
    ...{ TotalPrice: t.number(), LastMessageId: t.string(), ShouldContinue: t.boolean(), MessageMap: t.string() },
    ...{ IsLargeMessage: t.boolean(), BotId: t.string().optional() }
  })
const RelatedDocument = chat
  .model('RelatedDocument')
  .pk(text('{UserId}'))
  .sk(text('{UserId}#RELATED_DOCUMENT#{ConversationId}#{SourceId}'))
  .index('SKIndex')
  .fields({
    ...{ UserId, ConversationId, SourceId: t.string().onlyInKeys() },
    ...{ SourceName: t.string().nullable(), SourceLink: t.string().nullable(), Content: t.json() }
  })

models({ Conversation, RelatedDocument }) // proven apart

const values = {
  ...{ Title: 'Soup', CreateTime: 1700000000000, TotalPrice: 0.0125, LastMessageId: 'm-2', ShouldContinue: false },
  ...{ IsLargeMessage: false, MessageMap: '{"system":{"model":"claude"}}' }
}
const document = { SourceName: 'soup.pdf', SourceLink: null, Content: { text: 'boil' } }
const rows = {
  conversation: { PK: 'u-1', SK: 'u-1#CONV#c-1', ...values },
  ofBot: { PK: 'u-1', SK: 'u-1#CONV#c-2', ...values, BotId: 'b-1' },
  document: { PK: 'u-1', SK: 'u-1#RELATED_DOCUMENT#c-1#s-1', ...document }
}
const user = { UserId: 'u-1' }
const items = {
  conversation: { ...user, ConversationId: 'c-1', ...values },
  ofBot: { ...user, ConversationId: 'c-2', ...values, BotId: 'b-1' },
  document: { ...user, ConversationId: 'c-1', SourceId: 's-1', ...document }
}

test('bedrock-chat: conversations that the application wrote are read, by each of its access patterns', () =>
  designed(chat, async ({ db, put, find }) => {
    await put(...Object.values(rows), { ...rows.conversation, PK: 'u-11', SK: 'u-11#CONV#c-1' })
    assert.equal(await db.query(Conversation).where(user).reverse(), [items.ofBot, items.conversation])
    const byId = db
      .query(Conversation)
      .where({ ...user, ConversationId: 'c-1' })
      .on('SKIndex')
    assert.equal(await byId.first(), items.conversation)
    const ofConversation = db.query(RelatedDocument).where({ ...user, ConversationId: 'c-1' })
    assert.equal(await ofConversation, [items.document])
    const documentById = ofConversation.where({ SourceId: 's-1' }).on('SKIndex')
    assert.equal(await documentById.first(), items.document)

    // A conversation goes with its documents.
    const documents = await ofConversation
    await db.delete(Conversation, items.conversation)
    await db.batchWrite(documents.map(one => db.delete(RelatedDocument, one)))
    assert.equal(await find('PK = :pk', { ':pk': 'u-1' }), [rows.ofBot])
  }))

test('bedrock-chat: conversations that keystorm writes, the application finds', () =>
  designed(chat, async ({ db, get, find }) => {
    await db.put(Conversation, items.conversation)
    await db.put(Conversation, items.ofBot)
    await db.put(RelatedDocument, items.document)
    for (const row of Object.values(rows)) assert.equal(await get({ PK: row.PK, SK: row.SK }), row, 'to the byte')
    const all = { ':pk': 'u-1', ':sk': 'u-1#CONV#' }
    assert.equal(await find('PK = :pk AND begins_with(SK, :sk)', all), [rows.conversation, rows.ofBot])
    assert.equal(await find('SK = :sk', { ':sk': 'u-1#CONV#c-2' }, 'SKIndex'), [rows.ofBot])
    const documents = { ':pk': 'u-1', ':sk': 'u-1#RELATED_DOCUMENT#c-1#' }
    assert.equal(await find('PK = :pk AND begins_with(SK, :sk)', documents), [rows.document])
    await db.update(Conversation, items.ofBot).set({ Title: 'Bread' })
    assert.is((await get({ PK: 'u-1', SK: 'u-1#CONV#c-2' }))?.Title, 'Bread')
  }))

test('bedrock-chat: the conversations of a user are one query', () => {
  assert.equal(connect({ table: 'conversations' }).query(Conversation).where(user).reverse().compile(), {
    TableName: 'conversations',
    KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'u-1' }, ':sk': { S: 'u-1#CONV#' } },
    ScanIndexForward: false
  })
})

test.run()
