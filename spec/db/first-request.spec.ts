/** What `compile()` gives is the first request that awaiting sends, of each form of a read. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect, gt, lte, model, t } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const Note = model('Note')
  .pk('owner')
  .suffix('App')
  .sk('N#city', 'M#n')
  .gsi1('topic')
  .fields({ n: t.int(), size: t.int() })
const Mark = model('Mark').pk('owner').suffix('App').sk('N#city', 'X#mark').gsi1('topic').fields({ size: t.int() })

const sent: unknown[] = []
const client = {
  send: async ({ input }: { input: unknown }) => {
    sent.push(structuredClone(input))
    return { Items: [] }
  }
} as unknown as DynamoDBClient // all that is used of one
const db = connect({ table: 'table', client })

interface Form {
  where?(values: object): Form
  onGsi1(): Form
  consistent(): Form
  filter(condition: object): Form
  only(name: string): Form
  limit(items: number): Form
  pageSize(items: number): Form
  reverse(): Form
  segments(count: number): Form
  startingAfter(item: object): Form
  compile(): unknown
}
const form = (read: unknown): Form => read as Form // called in many ways, all of which are there

const note = { owner: 'o', city: 'B', n: 1, topic: 't' }
const query = form(db.query(Note).where({ owner: 'o' }))
const both = form(db.query(Note, Mark).where({ owner: 'o' }))
const scan = form(db.scan(Note))
/** What changes a read, by the reads that it can change. */
const steps: readonly (readonly [on: string, step: (read: Form) => Form])[] = [
  ['query both scan', read => read.filter({ size: gt(1) })],
  ['query both scan', read => read.limit(5)],
  ['query both scan', read => read.limit(100)],
  ['query both scan', read => read.pageSize(7)],
  ['query both scan', read => read.only('size')],
  ['query both scan', read => read.consistent()],
  ['query both', read => read.reverse()],
  ['query both', read => read.where?.({ city: lte('New York') }) ?? read],
  ['query', read => read.startingAfter(note)],
  ['both', read => read.startingAfter({ model: 'Note', item: note })],
  ['scan', read => read.segments(3)]
]

for (const [name, read] of Object.entries({ query, both, scan }))
  test(`compile() of each form of ${name} is what is sent first`, async () => {
    const own = steps.filter(([on]) => on.split(' ').includes(name)).map(([, step]) => step)
    let forms = 0
    for (let mask = 0; mask < 2 ** own.length; mask++) {
      let form = read
      for (const [i, step] of own.entries()) if (mask & (1 << i)) form = step(form)
      sent.length = 0
      await form
      assert.equal(form.compile(), sent[0])
      forms++
    }
    assert.ok(forms >= 100)
  })

test('compile() of reads of the index, and of get, is what is sent first', async () => {
  const onIndex = [form(db.query(Note).where({ topic: 't' })), form(db.query(Note, Mark).where({ topic: 't' }))]
  const indexed = onIndex.map(read => read.onGsi1())
  const gets = [db.get(Note, note), db.get(Note, note).consistent().only('size')].map(form)
  for (const read of [...indexed, ...indexed.map(read => read.limit(3).filter({ size: 1 })), ...gets]) {
    sent.length = 0
    await read
    assert.equal(read.compile(), sent[0])
  }
})

test.run()
