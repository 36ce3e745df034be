/** AWS's chat: rooms, who has joined them, and comments, which the index has by room and time. */
import { between, ConditionFailed, connect, gt, ItemExists, layout, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'
import { errorFrom } from '../support/errors.ts'

const chat = layout({ pk: 'PK', sk: 'SK', indexes: { RoomID_Comment_IDX: { pk: 'RoomID', sk: 'CreatedAt' } } })

const inKey = t.string().onlyInKeys()
const Room = chat
  .model('Room')
  .pk(text('Room:{RoomID}'))
  .sk(text('meta'))
  .fields({ RoomID: inKey, CreatedBy: t.string() })
const Join = chat
  .model('Join')
  .pk(text('User:{UserID}'))
  .sk(text('Join:{RoomID}'))
  .fields({ UserID: inKey, RoomID: inKey })
/** Its sort key is a bare time, which is a date here, so that no `Join:…` can be one. */
const Comment = chat.model('Comment').pk(text('User:{UserID}')).sk(text('{At}')).index('RoomID_Comment_IDX').fields({
  UserID: inKey,
  At: t.date().onlyInKeys(),
  RoomID: t.string(),
  Comment: t.string(),
  CreatedAt: t.date()
})

models({ Room, Join, Comment }) // proven apart

const time = (minute: number) => `2023-04-01T12:0${minute}:00.001Z`
const commentRow = (user: string, minute: number, RoomID: string, Comment: string) => ({
  ...{ PK: `User:${user}`, SK: time(minute), CreatedAt: time(minute) },
  ...{ RoomID, Comment }
})
const rows = [
  commentRow('UserA', 1, 'Music', 'Hello!'),
  commentRow('UserB', 2, 'Music', 'What is your favourite?'),
  commentRow('UserA', 3, 'Art', 'Me too.'),
  commentRow('UserA', 4, 'Music', 'I like rock music.')
] as const
const comment = (user: string, minute: number, RoomID: string, Comment: string) => {
  const at = new Date(time(minute))
  return { UserID: user, At: at, RoomID, Comment, CreatedAt: at }
}
const items = [
  comment('UserA', 1, 'Music', 'Hello!'),
  comment('UserB', 2, 'Music', 'What is your favourite?'),
  comment('UserA', 3, 'Art', 'Me too.'),
  comment('UserA', 4, 'Music', 'I like rock music.')
] as const

test('chat: what the application wrote is read, by each of its access patterns', () =>
  designed(chat, async ({ db, put }) => {
    const [first, second, , last] = items
    await put(...rows, { PK: 'Room:Music', SK: 'meta', CreatedBy: 'UserA' }, { PK: 'User:UserA', SK: 'Join:Music' })
    assert.equal(await db.get(Room, { RoomID: 'Music' }), { RoomID: 'Music', CreatedBy: 'UserA' })
    assert.equal(await db.query(Join).where({ UserID: 'UserA' }), [{ UserID: 'UserA', RoomID: 'Music' }])
    assert.is((await db.query(Comment).where({ UserID: 'UserA' })).length, 3)

    const ofRoom = db.query(Comment).where({ RoomID: 'Music' }).on('RoomID_Comment_IDX')
    assert.equal(await ofRoom, [first, second, last])
    assert.equal(await ofRoom.reverse().limit(10), [last, second, first], 'the latest ten')
    assert.equal(await ofRoom.where({ CreatedAt: gt(new Date(time(1))) }).reverse(), [last, second])
    const range = between(new Date(time(1)), new Date(time(2)))
    assert.equal(await ofRoom.where({ CreatedAt: range }), [first, second], 'from position to position')
  }))

test('chat: what keystorm writes, the application finds', () =>
  designed(chat, async ({ db, get, find }) => {
    const room = db.create(Room, { RoomID: 'Music', CreatedBy: 'UserA' })
    await room
    assert.instance(await errorFrom(() => room), ItemExists, 'a room is created once')
    assert.equal(await get({ PK: 'Room:Music', SK: 'meta' }), { PK: 'Room:Music', SK: 'meta', CreatedBy: 'UserA' })

    await db.put(Join, { UserID: 'UserA', RoomID: 'Music' })
    const joined = { PK: 'User:UserA', SK: 'Join:Music' }
    assert.equal(await get(joined), joined)
    await db.delete(Join, { UserID: 'UserA', RoomID: 'Music' })
    assert.is(await get(joined), undefined)

    for (const item of items) await db.put(Comment, item)
    assert.equal(await find('RoomID = :room', { ':room': 'Music' }, 'RoomID_Comment_IDX'), [rows[0], rows[1], rows[3]])
    const later = { ':room': 'Music', ':from': time(2) }
    assert.equal(await find('RoomID = :room AND CreatedAt > :from', later, 'RoomID_Comment_IDX'), [rows[3]])

    const leave = db.delete(Room, { RoomID: 'Music' })
    assert.instance(await errorFrom(() => leave.if({ CreatedBy: 'UserB' })), ConditionFailed)
    await leave.if({ CreatedBy: 'UserA' })
    assert.is(await get({ PK: 'Room:Music', SK: 'meta' }), undefined)
  }))

test('chat: the latest comments of a room are one query of the index', () => {
  const latest = connect({ table: 'Chat' })
    .query(Comment)
    .where({ RoomID: 'Music', CreatedAt: gt(new Date(time(1))) })
  assert.equal(latest.on('RoomID_Comment_IDX').reverse().limit(10).compile(), {
    TableName: 'Chat',
    IndexName: 'RoomID_Comment_IDX',
    KeyConditionExpression: '#pk = :pk AND #sk > :sk',
    ExpressionAttributeNames: { '#pk': 'RoomID', '#sk': 'CreatedAt' },
    ExpressionAttributeValues: { ':pk': { S: 'Music' }, ':sk': { S: time(1) } },
    ScanIndexForward: false,
    Limit: 10,
    Select: 'ALL_ATTRIBUTES'
  })
})

test.run()
