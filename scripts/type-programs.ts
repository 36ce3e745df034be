/** Programs as users write them, of many models, for measuring what keystorm's types cost. */

/** Values of a model's key attributes, as source text. */
const KEY = "{ tenant: 't', region: 'r', day: new Date(0), seq: 1 }"

const item = (n: number): string => `{
    ...${KEY}, owner${n}: 'o', kind${n}: 'small${n}', shape${n}: 'round${n}', active${n}: true, amount${n}: 1.5,
    tags${n}: ['x'], parts${n}: { width: 1 }
  }`

const modelOf = (n: number): string => `
export const Model${n} = model('Model${n}')
  .pk('tenant', 'RG#region')
  ${n % 2 === 0 ? ".sk('day', '#seq')" : ".sk('DT#day', 'seq')"}
  .gsi1('owner${n}')
  .suffix('Models${n >> 1}')
  .fields({
    day: t.date(),
    seq: t.int({ digits: 6 }),
    kind${n}: t.oneOf('small${n}', 'large${n}'),
    shape${n}: t.literal('round${n}'),
    active${n}: t.boolean(),
    amount${n}: t.number(),
    note${n}: t.string().optional(),
    count${n}: t.int().optional(),
    tags${n}: t.list(t.string()),
    parts${n}: t.map({ width: t.number(), name${n}: t.string().optional() })
  })
`

/** The other model of each two that share a partition. */
const mateOf = (n: number): number => (n % 2 === 0 ? n + 1 : n - 1)

const useOf = (n: number): string => `
export const use${n} = async () => {
  const created = await db.create(Model${n}, ${item(n)})
  const amount: number = created.amount${n}
  const put = await db.put(Model${n}, ${item(n)})
  const tags: string[] = put.tags${n}
  const one = await db.get(Model${n}, ${KEY})
  const note: string | undefined = one?.note${n}
  const sure = await db.get(Model${n}, ${KEY}).orThrow()
  const kind: 'small${n}' | 'large${n}' = sure.kind${n}
  const rows = await db.query(Model${n}).where({ tenant: 't', region: 'r', day: new Date(0) }).limit(20)
  const widths: number[] = rows.map(row => row.parts${n}.width)
  const owned = await db.query(Model${n}).where({ owner${n}: 'o' }).onGsi1()
  const days: Date[] = owned.map(row => row.day)
  const first = await db.query(Model${n}).where({ tenant: 't', region: 'r' }).reverse().first()
  const shape: 'round${n}' | undefined = first?.shape${n}
  await db.update(Model${n}, ${KEY}).set({ amount${n}: plus(1), tags${n}: ['y'] }).if({ active${n}: true })
  await db.delete(Model${n}, ${KEY})
  const [again] = await db.transact(db.put(Model${n}, ${item(n)}), db.delete(Model${n}, ${KEY}))
  const more: number = again.amount${n}
  await db.check(Model${n}, ${KEY}).if({ active${n}: true })
  const { seq } = await db.move(Model${n}, ${KEY}, { seq: 2 })
  const both = await db.query(Model${n}, Model${mateOf(n)}).where({ tenant: 't', region: 'r' })
  for (const { tags${mateOf(n)} } of both.Model${mateOf(n)}) tags.push(...tags${mateOf(n)})
  const scanned = await db.scan(Model${n})
  for (const { amount${n} } of scanned) widths.push(amount${n}, seq)
  return { amount, tags, note, kind, widths, days, shape, more }
}
`

/** What reads and writes single items, by itself and together. */
const itemsOf = (n: number): string => `
export const items${n} = async () => {
  const created = await db.create(Model${n}, ${item(n)})
  const amount: number = created.amount${n}
  const put = await db.put(Model${n}, ${item(n)})
  const tags: string[] = put.tags${n}
  const one = await db.get(Model${n}, ${KEY})
  const note: string | undefined = one?.note${n}
  const sure = await db.get(Model${n}, ${KEY}).orThrow()
  const kind: 'small${n}' | 'large${n}' = sure.kind${n}
  const part = await db.get(Model${n}, ${KEY}).only('amount${n}', 'tags${n}')
  const some: string[] | undefined = part?.tags${n}
  await db.update(Model${n}, ${KEY}).set({ amount${n}: plus(1), tags${n}: ['y'] }).if({ active${n}: true })
  const updated = await db.update(Model${n}, ${KEY}).set({ count${n}: plus(1) }).remove('note${n}').returning('new')
  const count: number | undefined = updated.count${n}
  const deleted = await db.delete(Model${n}, ${KEY}).if({ amount${n}: lt(3) }).returning('old')
  const moved = await db.move(Model${n}, ${KEY}, { seq: 2 })
  const shape: 'round${n}' | undefined = deleted?.shape${n} ?? moved.shape${n}
  await db.transact(
    db.create(Model${n}, ${item(n)}),
    db.update(Model${n}, ${KEY}).set({ amount${n}: plus(1) }),
    db.delete(Model${mateOf(n)}, ${KEY}),
    db.check(Model${mateOf(n)}, ${KEY}).if({ active${mateOf(n)}: true })
  )
  const [left, right] = await db.transact(db.get(Model${n}, ${KEY}), db.get(Model${mateOf(n)}, ${KEY}).orThrow())
  const both: string[] = left?.tags${n} ?? right.tags${mateOf(n)}
  const [read] = await db.batchGet(db.get(Model${n}, ${KEY}), db.get(Model${mateOf(n)}, ${KEY}))
  const [written] = await db.batchWrite(db.put(Model${n}, put), db.delete(Model${mateOf(n)}, ${KEY}))
  const loaded: number = await db.load(Model${n}, [put, written, read ?? put])
  return { amount, tags, note, kind, some, count, shape, both, loaded }
}
`

/** What reads many items. */
const readsOf = (n: number): string => `
export const reads${n} = async () => {
  const rows = await db.query(Model${n}).where({ tenant: 't', region: 'r', day: new Date(0) }).limit(20)
  const widths: number[] = rows.map(row => row.parts${n}.width)
  const owned = await db.query(Model${n}).where({ owner${n}: 'o' }).onGsi1()
  const days: Date[] = owned.map(row => row.day)
  const first = await db.query(Model${n}).where({ tenant: 't', region: 'r' }).reverse().first()
  const shape: 'round${n}' | undefined = first?.shape${n}
  const range = db.query(Model${n}).where({ tenant: 't', region: 'r', day: between(new Date(0), new Date(1)) })
  const some = range.filter(anyOf({ active${n}: true }, { count${n}: missing() })).only('seq', 'note${n}')
  const { items, cursor } = await some.pageSize(9).page()
  const notes: (string | undefined)[] = items.map(item => item.note${n})
  const count: number = await some.count()
  for await (const { seq } of some) notes.push(String(seq))
  const both = await db.query(Model${n}, Model${mateOf(n)}).where({ tenant: 't', region: 'r' })
  for (const { tags${mateOf(n)} } of both.Model${mateOf(n)}) notes.push(...tags${mateOf(n)})
  const scanned = await db.scan(Model${n}).filter({ kind${n}: 'small${n}' }).limit(5)
  for (const { kind${n} } of scanned) notes.push(kind${n})
  for await (const { item } of db.scan(Model${n}, Model${mateOf(n)})) days.push(item.day)
  return { widths, days, shape, cursor, notes, count }
}
`

const basicsOf = (n: number): string => `
export const basics${n} = async () => {
  const put = await db.put(Model${n}, ${item(n)})
  const amount: number = put.amount${n}
  const one = await db.get(Model${n}, ${KEY})
  const note: string | undefined = one?.note${n}
  const rows = await db.query(Model${n}).where({ tenant: 't', region: 'r', day: new Date(0) }).limit(20)
  const widths: number[] = rows.map(row => row.parts${n}.width)
  return { amount, note, widths }
}
`

const all = (count: number, source: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => source(n)).join('')
const names = (count: number): string => Array.from({ length: count }, (_, n) => `Model${n}`).join(', ')

/** What every program has anyway: the SDK, and keystorm without a model. */
export const baseline = (): string => `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connect } from 'keystorm'

export const db = connect({ table: 'app', client: new DynamoDBClient({}) })
`

/** `models.ts` of the other programs: models of ten fields. */
export const modelsProgram = (count: number): string => `import { model, t } from 'keystorm'\n${all(count, modelOf)}`

/** Every verb but batches for each model, without most of their options, with the results used. */
export const verbsProgram = (count: number): string => `
import { plus } from 'keystorm'
import { db } from './baseline.ts'
import { ${names(count)} } from './models.ts'
${all(count, useOf)}`

/**
 * Every verb for each model, ranges, filters, collections, scans, transactions and batches included, with the results
 * used.
 */
export const allProgram = (count: number): string => `
import { anyOf, between, lt, missing, plus } from 'keystorm'
import { db } from './baseline.ts'
import { ${names(count)} } from './models.ts'
${all(count, itemsOf)}
${all(count, readsOf)}`

/** A put, a get and a query for each model, with the results used. */
export const basicsProgram = (count: number): string => `
import { db } from './baseline.ts'
import { ${names(count)} } from './models.ts'
${all(count, basicsOf)}`

/** An index of `LAYOUT` with what a model gives for it, and the values of `where()` that name its whole partition. */
interface IndexUse {
  readonly name: string
  readonly given: (n: number) => string
  readonly where: (n: number) => string
}

const LAYOUT = `
export const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    rendered: { pk: 'GSI1PK', sk: 'GSI1SK' },
    shared: { pk: 'GSI2PK', sk: 'sk' },
    own: { pk: 'status', sk: 'updated' },
    inverted: { pk: 'sk', sk: 'pk' },
    keysOnly: { pk: 'userId', projection: 'KEYS_ONLY' }
  }
})
`

const INDEXES: readonly IndexUse[] = [
  {
    name: 'rendered',
    given: n => `.index('rendered', { pk: ['owner${n}'], sk: ['D#day'] })`,
    where: n => `{ owner${n}: 'o', day: new Date(0) }`
  },
  { name: 'shared', given: n => `.index('shared', { pk: ['kind${n}'] })`, where: n => `{ kind${n}: 'small${n}' }` },
  { name: 'own', given: () => `.index('own')`, where: () => `{ status: 's' }` },
  { name: 'inverted', given: () => `.index('inverted')`, where: () => `{ day: new Date(0), seq: 1 }` },
  { name: 'keysOnly', given: () => `.index('keysOnly')`, where: () => `{ userId: 'u' }` }
]

/** The three indexes that a model is in: other ones than the next model's. */
const indexesOf = (n: number): readonly IndexUse[] => [0, 1, 2].flatMap(i => INDEXES[(n + i) % INDEXES.length] ?? [])

const layoutModelOf = (n: number): string => `
export const Model${n} = app.model('Model${n}')
  .pk('tenant', 'RG#region')
  ${n % 2 === 0 ? ".sk('day', '#seq')" : ".sk('DT#day', 'seq')"}
  ${indexesOf(n)
    .map(({ given }) => given(n))
    .join('\n  ')}
  .suffix('Models${n >> 1}')
  .fields({
    day: t.date(),
    seq: t.int({ digits: 6 }),
    owner${n}: t.string(),
    status: t.string(),
    updated: t.string(),
    userId: t.string(),
    kind${n}: t.oneOf('small${n}', 'large${n}'),
    amount${n}: t.number(),
    note${n}: t.string().optional(),
    parts${n}: t.map({ width: t.number(), name${n}: t.string().optional() })
  })
`

const layoutItem = (n: number): string => `{
    ...${KEY}, owner${n}: 'o', status: 's', updated: 'u', userId: 'u', kind${n}: 'small${n}', amount${n}: 1.5,
    parts${n}: { width: 1 }
  }`

/** The same calls as in `basicsOf`, but that the query reads an index. */
const layoutUseOf = (n: number, query: string): string => `
export const basics${n} = async () => {
  const put = await db.put(Model${n}, ${layoutItem(n)})
  const amount: number = put.amount${n}
  const one = await db.get(Model${n}, ${KEY})
  const note: string | undefined = one?.note${n}
  const rows = await db.query(Model${n})${query}.limit(20)
  const days: Date[] = rows.map(row => row.day)
  return { amount, note, days }
}
`

/** `layout-models.ts`: models of ten fields in one layout of five indexes, each model in three of them. */
export const layoutModelsProgram = (count: number): string =>
  `import { layout, t } from 'keystorm'\n${LAYOUT}${all(count, layoutModelOf)}`

/** For each model of a layout what {@link basicsProgram} does. */
export const layoutProgram = (count: number): string =>
  layoutUses(count, () => ".where({ tenant: 't', region: 'r', day: new Date(0) })")

/** The same, but queries of an index. */
export const layoutIndexProgram = (count: number): string =>
  layoutUses(count, n => {
    const [use] = indexesOf(n)
    return `.where(${use?.where(n)}).on('${use?.name}')`
  })

const layoutUses = (count: number, query: (n: number) => string): string => `
import { db } from './baseline.ts'
import { ${names(count)} } from './layout-models.ts'
${all(count, n => layoutUseOf(n, query(n)))}`

/** All models of a file, taken for what the verbs take. */
export const usedProgram = (count: number, file: string): string => `
import type { AnyModel } from 'keystorm'
import { ${names(count)} } from '${file}'
export const used: readonly AnyModel[] = [${names(count)}]
`

/** All models of a file in one set, and an item read back as whichever it is. */
export const setProgram = (count: number, file = './models.ts'): string => `
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { models } from 'keystorm'
import { ${names(count)} } from '${file}'

export const app = models({ ${names(count)} })

export const read = (stored: Record<string, AttributeValue>): number => {
  const found = app.read(stored)
  if (found?.model === 'Model0') return found.item.amount0
  return found?.item.seq ?? 0
}
`

/** Mistakes in calls that are made of the model of a number. */
const MISTAKES: readonly ((n: number) => string)[] = [
  n => `await db.query(Model${n}).where({ tenant: 't' })`,
  n => `await db.query(Model${n}).where({ tenant: 't', region: 'r', dya: new Date(0) })`,
  n => `await db.query(Model${n}).where({ tenant: 't', region: 'r', seq: 1 })`,
  n => `await db.query(Model${n}).where({ tenant: 1, region: 'r' })`,
  n => `db.query(Model${n}).where({ tenant: 't', region: 'r' }).filter({ amuont${n}: 1 })`,
  n => `db.query(Model${n}).where({ tenant: 't', region: 'r' }).filter(anyOf({ amount${n}: 'x' }))`,
  n => `db.query(Model${n}).onGsi1().consistent()`,
  n => `await db.query(Model${n}, Model${mateOf(n)}).where({ tenant: 't' })`,
  n => `db.put(Model${n}, { ...${item(n)}, amount${n}: 'x' })`,
  n => `db.put(Model${n}, { ...${item(n)}, amuont${n}: 1 })`,
  n => `db.create(Model${n}, ${KEY})`,
  n => `db.get(Model${n}, { tenant: 't' })`,
  n => `db.update(Model${n}, ${KEY}).set({ amuont${n}: 1 })`,
  n => `db.update(Model${n}, ${KEY}).set({ tags${n}: append(1) })`,
  n => `db.update(Model${n}, ${KEY}).set({ tenant: 'u' })`,
  n => `db.update(Model${n}, ${KEY}).remove('amount${n}')`,
  n => `db.delete(Model${n}, ${KEY}).if({ amount${n}: gt('x') })`,
  n => `db.batchWrite(db.get(Model${n}, ${KEY}))`,
  n => `db.transact(db.query(Model${n}))`,
  n => `models({ Model${n}, Other: Model${n} })`
]

/** How many mistakes {@link failingProgram} makes, each of another model. */
export const MISTAKE_COUNT = MISTAKES.length

/** A program that does not compile: one mistake of each kind. */
export const failingProgram = (): string => `
import { anyOf, append, gt, models } from 'keystorm'
import { db } from './baseline.ts'
import { ${names(MISTAKE_COUNT)} } from './models.ts'
${MISTAKES.map((code, n) => `export const fails${n} = async () => { ${code(n)} }`).join('\n')}
`
