/** The checkpoints of LangGraph in DynamoDB: the namespace of a whole graph is the empty text, also in keys. */
import { layout, lt, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const app = layout({ pk: 'PK', sk: 'SK' })

/** Of a graph itself it is empty; of a graph within, it is a path such as `child:5f2c`. */
const namespace = t.string({ emptyInKeys: true })
const inKeys = t.string().onlyInKeys()
const payload = { type: t.string(), ref_loc: t.oneOf('DYNAMODB', 'S3'), ref_key: t.string() }
const common = { ...payload, compression: t.oneOf('gzip').optional(), ttl: t.ttl().optional() }

const Checkpoint = app
  .model('Checkpoint')
  .rawKeys()
  .pk(text('CHECKPOINT_{thread}'))
  .sk(text('{ns}#{id}'))
  .fields({ ...common, thread: inKeys, ns: namespace, parent_checkpoint_id: t.string().optional() })
const Write = app
  .model('Write')
  .rawKeys()
  .pk(text('WRITES_{thread}#{ns}#{checkpoint_id}'))
  .sk(text('{task_id}#{idx}'))
  .fields({
    ...common,
    ...{ thread: inKeys, ns: namespace.onlyInKeys(), checkpoint_id: t.string() },
    ...{ task_id: t.string(), idx: t.int({ padded: false }), channel: t.string() }
  })
const Chunk = app
  .model('Chunk')
  .rawKeys()
  .pk(text('CHUNK_{path}'))
  .sk(text('CHUNK'))
  .fields({ path: inKeys, payload: t.binary(), ttl: t.ttl().optional() })

const all = models({ Checkpoint, Write, Chunk }) // proven apart

const bytes = new Uint8Array([1, 2, 3])
const stored = (ref_key: string) => ({ type: 'msgpack', ref_loc: 'DYNAMODB', ref_key }) as const
const checkpointRow = (ns: string, id: string, parent?: string) => ({
  PK: 'CHECKPOINT_t1',
  SK: `${ns}#${id}`,
  ...{ id, ns, ...stored(`CHUNK_t1#${ns}#${id}`) },
  ...(parent !== undefined && { parent_checkpoint_id: parent })
})
const writeRow = (task_id: string, idx: number, channel: string) => ({
  PK: 'WRITES_t1##1ef-a',
  SK: `${task_id}#${idx}`,
  ...{ checkpoint_id: '1ef-a', task_id, idx, channel, ...stored(`CHUNK_t1##1ef-a#${task_id}#${idx}`) }
})
const rows = [
  checkpointRow('', '1ef-a'),
  checkpointRow('', '1ef-b', '1ef-a'),
  checkpointRow('child:5f2c', '1ef-c'),
  writeRow('task-1', 0, 'messages'),
  writeRow('task-1', -3, '__interrupt__'),
  { PK: 'CHUNK_t1##1ef-a', SK: 'CHUNK', payload: bytes }
]

test('LangGraph: what it stored is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put(...rows)
    const thread = { thread: 't1' }
    const first = { thread: 't1', ns: '', id: '1ef-a', ...stored('CHUNK_t1##1ef-a') }
    const second = { ...first, id: '1ef-b', ref_key: 'CHUNK_t1##1ef-b', parent_checkpoint_id: '1ef-a' }
    assert.equal(await db.get(Checkpoint, { ...thread, ns: '', id: '1ef-a' }), first)

    const ofGraph = db
      .query(Checkpoint)
      .where({ ...thread, ns: '' })
      .reverse()
    assert.equal(await ofGraph.first(), second, 'the latest, and not that of a graph within')
    assert.equal(await ofGraph.where({ id: lt('1ef-b') }), [first], 'those before')
    const ofThread = await db.query(Checkpoint).where(thread)
    assert.equal(
      ofThread.map(({ ns }) => ns),
      ['', '', 'child:5f2c']
    )

    const writes = await db.query(Write).where({ ...thread, ns: '', checkpoint_id: '1ef-a' })
    assert.equal(
      writes.map(({ task_id, idx, channel }) => [task_id, idx, channel]),
      [
        ['task-1', -3, '__interrupt__'],
        ['task-1', 0, 'messages']
      ]
    )
    const [write] = await db
      .query(Write)
      .where({ ...thread, ns: '', checkpoint_id: '1ef-a', task_id: 'task-1', idx: 0 })
    assert.equal([write?.thread, write?.ns], ['t1', ''], 'from the key, by what stands beside it')
    assert.equal(await db.get(Chunk, { path: 't1##1ef-a' }), { path: 't1##1ef-a', payload: bytes })
    const counts = Object.values(await db.scan(all)).map(found => found.length)
    assert.equal(counts, [3, 2, 1], 'every row has its model')
  }))

test('LangGraph: what keystorm writes, it finds', () =>
  designed(app, async ({ db, get, find }) => {
    const [row = {}] = rows
    const id = { thread: 't1', ns: '', id: '1ef-a' }
    await db.put(Checkpoint, { ...id, ...stored('CHUNK_t1##1ef-a') })
    assert.equal(await get({ PK: 'CHECKPOINT_t1', SK: '#1ef-a' }), row, 'the same row, to the byte')
    await db.put(Checkpoint, { ...id, ns: 'child:5f2c', ...stored('x') })
    assert.equal(await find('PK = :pk AND begins_with(SK, :ns)', { ':pk': 'CHECKPOINT_t1', ':ns': '#' }), [row])

    const write = { thread: 't1', ns: '', checkpoint_id: '1ef-a', task_id: 'task-1', channel: 'messages' }
    await db.batchWrite(
      db.put(Write, { ...write, idx: 0, ...stored('CHUNK_t1##1ef-a#task-1#0') }),
      db.put(Chunk, { path: 't1##1ef-a#task-1#0', payload: bytes })
    )
    assert.equal(await find('PK = :pk', { ':pk': 'WRITES_t1##1ef-a' }), [writeRow('task-1', 0, 'messages')])
    // To delete a thread, as it does: by what its checkpoints say.
    for await (const checkpoint of db.query(Checkpoint).where({ thread: 't1' })) await db.delete(Checkpoint, checkpoint)
    assert.is(await db.query(Checkpoint).where({ thread: 't1' }).count(), 0)
  }))

test.run()
