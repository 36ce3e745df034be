/** AWS's social network: users with counts, followers, posts, likes and timelines. Most of it is in the keys alone. */
import { connect, layout, models, plus, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const sns = layout({ pk: 'PK', sk: 'SK' })

const inKey = t.string().onlyInKeys()
const Info = sns
  .model('Info')
  .pk(text('u#{userID}'))
  .sk(text('info'))
  .fields({ userID: inKey, name: t.string(), content: t.string(), imageUrl: t.string() })
const Count = sns
  .model('Count')
  .pk(text('u#{userID}'))
  .sk(text('count'))
  .fields({ userID: inKey, 'follower#': t.int(), 'following#': t.int(), 'post#': t.int() })
const Follower = sns
  .model('Follower')
  .pk(text('u#{userID}#follower'))
  .sk(text('u#{followerID}'))
  .fields({ userID: inKey, followerID: inKey })
const Following = sns
  .model('Following')
  .pk(text('u#{userID}#following'))
  .sk(text('u#{followedID}'))
  .fields({ userID: inKey, followedID: inKey })
const Post = sns
  .model('Post')
  .pk(text('u#{userID}#post'))
  .sk(text('p#{postID}'))
  .fields({ userID: inKey, postID: inKey, content: t.string(), imageUrl: t.string(), timestamp: t.string() })
const Like = sns
  .model('Like')
  .pk(text('p#{postID}#likelist'))
  .sk(text('u#{userID}'))
  .fields({ postID: inKey, userID: inKey })
/** Its count is a text, and is called `etc`. */
const LikeCount = sns
  .model('LikeCount')
  .pk(text('p#{postID}#likecount'))
  .sk(text('count'))
  .fields({ postID: inKey, etc: t.string() })
const TimelineEntry = sns
  .model('TimelineEntry')
  .pk(text('u#{userID}#timeline'))
  .sk(text('p#{postID}#u#{authorID}'))
  .fields({ userID: inKey, postID: inKey, authorID: inKey, ttl: t.ttl() })

models({ Info, Count, Follower, Following, Post, Like, LikeCount, TimelineEntry }) // proven apart

const profile = { name: 'hyuklee', content: 'My name is Hyuk Lee', imageUrl: 's3://a/me.png' }
const counts = { 'follower#': 3000000000, 'following#': 971, 'post#': 4945 }
const post = { content: 'content for a post', imageUrl: 's3://a/1.png', timestamp: '1571827560' }
const rows = {
  info: { PK: 'u#12345', SK: 'info', ...profile },
  count: { PK: 'u#12345', SK: 'count', ...counts },
  follower: { PK: 'u#12345#follower', SK: 'u#23456' },
  following: { PK: 'u#12345#following', SK: 'u#56789' },
  post: { PK: 'u#12345#post', SK: 'p#12345', ...post },
  like: { PK: 'p#12345#likelist', SK: 'u#34567' },
  likes: { PK: 'p#12345#likecount', SK: 'count', etc: '100' },
  entry: { PK: 'u#12345#timeline', SK: 'p#34567#u#56789', ttl: 1571827560 }
}
const user = { userID: '12345' }
const items = {
  info: { ...user, ...profile },
  count: { ...user, ...counts },
  follower: { ...user, followerID: '23456' },
  following: { ...user, followedID: '56789' },
  post: { ...user, postID: '12345', ...post },
  like: { postID: '12345', userID: '34567' },
  likes: { postID: '12345', etc: '100' },
  entry: { ...user, postID: '34567', authorID: '56789', ttl: new Date('2019-10-23T10:46:00Z') }
}

test('social network: what the application wrote is read, by each of its access patterns', () =>
  designed(sns, async ({ db, put }) => {
    await put(...Object.values(rows), { PK: 'u#12345#follower', SK: 'u#34567' })
    const both = await db.query(Info, Count).where(user)
    assert.equal(both, { Info: [items.info], Count: [items.count] }, 'info and counts of a user, in one query')
    assert.equal(await db.query(Follower).where(user), [items.follower, { ...user, followerID: '34567' }])
    assert.equal(await db.query(Following).where(user), [items.following])
    assert.equal(await db.query(Post).where(user).reverse().limit(10), [items.post])
    assert.equal(await db.query(Like).where({ postID: '12345' }), [items.like])
    assert.equal(await db.get(LikeCount, { postID: '12345' }), items.likes)
    assert.equal(await db.query(TimelineEntry).where(user), [items.entry])
  }))

test('social network: what keystorm writes, the application finds', () =>
  designed(sns, async ({ db, get, find }) => {
    const { info, count, follower, following, like, likes, entry } = items
    await db.batchWrite(db.put(Info, info), db.put(Count, count), db.put(Post, items.post), db.put(LikeCount, likes))
    await db.batchWrite(db.put(Follower, follower), db.put(Following, following), db.put(Like, like))
    await db.create(TimelineEntry, entry)
    for (const row of Object.values(rows)) assert.equal(await get({ PK: row.PK, SK: row.SK }), row, 'to the byte')

    await db.update(Count, user).set({ 'follower#': plus(1) })
    assert.equal(await find('PK = :pk', { ':pk': 'u#12345' }), [{ ...rows.count, 'follower#': 3000000001 }, rows.info])
    await db.delete(Like, like)
    assert.equal(await find('PK = :pk', { ':pk': 'p#12345#likelist' }), [])
  }))

test('social network: the posts of a user are one query', () => {
  assert.equal(connect({ table: 'SNS' }).query(Post).where(user).reverse().compile(), {
    TableName: 'SNS',
    KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
    ExpressionAttributeValues: { ':pk': { S: 'u#12345#post' }, ':sk': { S: 'p#' } },
    ScanIndexForward: false
  })
})

test.run()
