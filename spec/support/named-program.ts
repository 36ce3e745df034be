/** One program that uses every feature, whose attributes and models may be called anything. */
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import {
  type AnyModel,
  addTo,
  append,
  between,
  connect,
  copyOf,
  exists,
  type Fields,
  gt,
  ifMissing,
  missing,
  model,
  models,
  not,
  plus,
  t
} from 'keystorm'
import { param, type Sendable, toJsonata } from 'keystorm/jsonata'
import type { LocalTable } from 'keystorm/testing'
import { definitionIn } from '../../lib/schema/definition.ts'
import { lacks } from './engine.ts'
import { writeRows } from './laws.ts'

/** What the program calls by names of its own. */
export const ATTRIBUTES = [
  ...['user', 'order', 'kind', 'team', 'lock', 'made', 'changed', 'gone'],
  ...['sum', 'place', 'city', 'tags', 'lines', 'notes', 'mail']
] as const
export const MODELS = ['Order', 'Line', 'Profile', 'Checked', 'Raw', 'Old'] as const
export type Plain = (typeof ATTRIBUTES)[number] | (typeof MODELS)[number]
export type Names = Readonly<Record<Plain, string>>

type Values = Record<string, unknown>

/** A builder of names that no type knows. */
interface Builder extends PromiseLike<unknown> {
  compile(): unknown
  page(cursor?: string): Promise<{ items: unknown[]; cursor?: string }>
  set(changes: Values): Builder
  remove(...names: string[]): Builder
  if(condition: unknown): Builder
  where(values: Values): Builder
  filter(condition: unknown): Builder
  only(...names: string[]): Builder
  returning(what: string): Builder
  upsert(): Builder
  onGsi1(): Builder
  reverse(): Builder
  pageSize(size: number): Builder
  startingAfter(item: Values): Builder
}
type Verb = (model: AnyModel, ...given: readonly unknown[]) => Builder
type Verbs = Record<'get' | 'create' | 'put' | 'update' | 'delete' | 'move' | 'check' | 'query' | 'scan', Verb> &
  Record<'transact' | 'batchGet' | 'batchWrite', (...builders: readonly unknown[]) => Builder>

/** Takes a text in lower case, and nothing else. */
const lower = {
  '~standard': {
    version: 1 as const,
    vendor: 'spec',
    validate: (value: unknown) =>
      typeof value === 'string' ? { value: value.toLowerCase() } : { issues: [{ message: 'no text' }] }
  }
}

/** The models, by these names. */
const modelsOf = (n: Names) => {
  const named = (name: string, pk: string, sk: string[], gsi1: string[], fields: Fields): AnyModel => {
    const keyed = model(name)
      .pk(`P#${pk}`)
      .suffix('S')
      .sk(...sk)
    return (gsi1.length > 0 ? keyed.gsi1(...gsi1) : keyed).fields(fields as never) as unknown as AnyModel // unknown names
  }
  return {
    Order: named(n.Order, n.user, [`O#${n.order}`], [`T#${n.team}`], {
      [n.order]: t.int({ digits: 3 }),
      [n.team]: t.oneOf('home', 'away').default('home'),
      [n.lock]: t.version(),
      [n.made]: t.createdAt().optional(),
      [n.changed]: t.updatedAt().optional(),
      [n.gone]: t.ttl(),
      [n.sum]: t.number().default(1),
      [n.place]: t.map({ [n.city]: t.string().default('Pau'), [n.sum]: t.int().optional() }).optional(),
      [n.tags]: t.set(t.string()).optional(),
      [n.lines]: t.list(t.string()).default([]),
      [n.notes]: t.record(t.string()).optional()
    }),
    Line: named(n.Line, n.user, [`O#${n.order}`, `L#${n.mail}`], [], {
      [n.order]: t.int({ digits: 3 }),
      [n.sum]: t.number().default(1),
      [n.lock]: t.version()
    }),
    Profile: named(n.Profile, n.user, [`K#${n.kind}`], [`K#${n.kind}`, `T#${n.team}`], {
      [n.kind]: t.literal('PROFILE'),
      [n.team]: t.string().optional(),
      [n.sum]: t.number().optional()
    }),
    Checked: named(n.Checked, n.user, [`M#${n.mail}`], [`T#${n.team}`], {
      [n.mail]: lower,
      [n.team]: lower,
      [n.notes]: lower
    }),
    Raw: model(n.Raw)
      .rawKeys()
      .pk(`R#${n.user}`)
      .sk(`C#${n.city}`, `M#${n.mail}`)
      .fields({ [n.city]: t.string(), [n.sum]: t.int().optional() } as never) as unknown as AnyModel, // unknown names
    Old: named(n.Old, n.user, [`Z#${n.order}`], [], {
      [n.lock]: t.version().optional(),
      [n.made]: t.createdAt().optional(),
      [n.changed]: t.updatedAt().optional(),
      [n.sum]: t.number().optional()
    })
  }
}

/** What the program gives by these names: each command that it compiles, each result or error, and the rows that are left. */
export const runNamed = async (n: Names, place: LocalTable): Promise<unknown[]> => {
  const log: unknown[] = []
  const tell = async (what: string, act: () => unknown) => {
    try {
      log.push([what, await act()])
    } catch (error) {
      const { name, message, cause } = error as Error
      log.push([what, name, message, cause instanceof Error ? cause.name : undefined])
    }
  }
  const run = async (what: string, make: () => Builder) => {
    if (!/batch|transact|move|scan/.test(what)) await tell(`${what}, compiled`, () => make().compile())
    await tell(what, make)
  }
  const db = connect({ table: place.table, client: place.client }) as unknown as Verbs // unknown names
  const { Order, Line, Profile, Checked, Raw, Old } = modelsOf(n)
  const user = { [n.user]: 'u' }
  const order = (i: number) => ({ ...user, [n.order]: i })
  const whole = {
    ...order(1),
    [n.gone]: new Date(4e12),
    [n.place]: { [n.sum]: 2 },
    [n.tags]: new Set(['x']),
    [n.lines]: ['l'],
    [n.notes]: { [n.city]: 'c' }
  }
  const line = { ...order(1), [n.mail]: 'm' }

  // Rows that lack what their models have: whatever an object seems to have, they have not.
  const row = (model: AnyModel, key: Values, more: Values = {}) => {
    const { PK, SK } = definitionIn(model).key(key)
    const attributes = Object.entries(key).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value }
    ])
    return { ...Object.fromEntries(attributes), ...more, PK: PK ?? { S: '' }, SK: SK ?? { S: '' } }
  }
  await writeRows(place, [
    ...[5, 6, 7, 8].map(i => row(Order, order(i), { [n.made]: { S: new Date(0).toISOString() } })),
    row(Order, order(10), { [n.tags]: { NULL: true } }),
    row(Order, order(9), { [n.tags]: { NULL: true }, [n.lines]: { NULL: true }, [n.team]: { S: 'away' } }),
    ...[5, 6].map(i => row(Line, { ...order(i), [n.mail]: 'm' })),
    ...['5', '6', '7'].map(i => row(Old, { ...user, [n.order]: i })),
    ...['a', 'b#M#'].map(city => row(Raw, { ...user, [n.city]: city, [n.mail]: '#M#z' })),
    { ...row(Raw, { ...user, [n.city]: 'c#M#', [n.mail]: 'z' }), [n.city]: undefined }
  ] as never) // one of them without an attribute of its key

  await run('create', () => db.create(Order, whole))
  await run('create again', () => db.create(Order, whole))
  await run('create without', () => db.create(Order, order(2)))
  await run('create of too little', () => db.create(Order, user))
  await run('put of a stale one', () => db.put(Order, { ...whole, [n.lock]: 7 }))
  await run('put', () => db.put(Order, { ...whole, [n.lock]: 1, [n.sum]: 3 }).if({ [n.sum]: 1 }))
  await run('put over a row without a version', () => db.put(Order, order(8)).returning('old'))
  await run('put of an old one', () => db.put(Old, { ...user, [n.order]: '7' }))
  await run('put into a map', () => db.put(Order, { ...order(3), [n.place]: {} }))
  await run('get', () => db.get(Order, order(1)))
  await run('get of some', () => db.get(Order, order(5)).only(n.sum, n.place, n.tags))
  await run('get without', () => db.get(Order, order(5)))
  await run('get of a key that lacks one', () => db.get(Order, user))

  await run('update', () =>
    db
      .update(Order, order(1))
      .set({ [n.sum]: plus(1), [n.lines]: append('k'), [n.tags]: addTo('y'), [`${n.place}.${n.city}`]: 'Rom' })
      .if({ [n.place]: { [n.sum]: gt(1) }, [n.notes]: exists() })
      .returning('new')
  )
  await run('update with a version', () => db.update(Order, { ...order(1), [n.lock]: 1 }).set({ [n.sum]: 2 }))
  await run('update of an old row', () =>
    db
      .update(Order, order(6))
      .set({ [n.sum]: plus(2) })
      .returning('changed')
  )
  await run('update that starts from NULL', () =>
    db
      .update(Order, order(9))
      .set({ [n.tags]: addTo('z'), [n.lines]: append('z') })
      .returning('new')
  )
  await run('update of the index', () =>
    db
      .update(Order, order(2))
      .set({ [n.team]: 'away' })
      .remove(n.place)
  )
  await run('update of nothing known', () => db.update(Line, line).set({ [n.city]: 1, [n.user]: 'v', [n.lock]: 3 }))
  await run('upsert', () =>
    db
      .update(Order, order(4))
      .set({ [n.sum]: ifMissing(4) })
      .upsert()
      .returning('new')
  )
  await run('upsert of a row without an index', () =>
    db
      .update(Order, order(7))
      .set({ [n.sum]: 4 })
      .upsert()
      .returning('new')
  )
  await run('upsert of a row with an attribute of it', () =>
    db
      .update(Order, order(9))
      .set({ [n.sum]: copyOf(n.order) })
      .upsert()
      .returning('new')
  )
  await run('upsert of a row with NULL, and no attribute of the index', () =>
    db
      .update(Order, order(10))
      .set({ [n.tags]: addTo('z') })
      .upsert()
      .returning('new')
  )
  await run('upsert of a constant key', () =>
    db
      .update(Profile, user)
      .set({ [n.sum]: 1 })
      .upsert()
      .returning('new')
  )
  await run('update of a constant key', () =>
    db
      .update(Profile, user)
      .set({ [n.team]: 'T' })
      .returning('new')
  )
  await run('put of a constant key', () => db.put(Profile, { ...user, [n.team]: 'T2' }))
  await run('query of a constant key', () =>
    db
      .query(Profile)
      .where({ [n.team]: 'T2' })
      .onGsi1()
  )

  const mail = { ...user, [n.mail]: 'a' }
  await run('put by a schema', () => db.put(Checked, { ...mail, [n.team]: 'B', [n.notes]: 'C' }))
  await run('put by a schema without', () => db.put(Checked, user))
  await run('upsert by a schema', () =>
    db
      .update(Checked, mail)
      .set({ [n.notes]: 'D', [n.team]: 'E' })
      .upsert()
      .returning('new')
  )
  await run('upsert by a schema without', () =>
    db
      .update(Checked, user)
      .set({ [n.notes]: 'D' })
      .upsert()
  )

  await run('query', () =>
    db
      .query(Order)
      .where(user)
      .filter({ [n.sum]: 1, [n.tags]: missing() })
      .only(n.order, n.sum)
  )
  await run('query of a range', () =>
    db
      .query(Order)
      .where({ ...user, [n.order]: between(2, 6) })
      .reverse()
  )
  await run('query behind', () => db.query(Order).where(user).startingAfter(order(5)))
  await run('query of too much', () => db.query(Order).where({ ...user, [n.city]: 'c' }))
  await run('query of too little', () => db.query(Line).where({ ...user, [n.mail]: 'c' }))
  await run('query of the index', () =>
    db
      .query(Order)
      .where({ [n.team]: 'home' })
      .onGsi1()
  )
  await run('query of raw keys', () => db.query(Raw).where({ ...user, [n.city]: gt('a') }))
  await run('query of raw parts', () =>
    db
      .query(Raw)
      .where({ ...user, [n.city]: gt('b') })
      .only(n.sum)
  )
  const several = db.query as (...models: AnyModel[]) => Builder
  const both = () => several.call(db, Order, Line).where(user)
  await run('query of several', both)
  await run('query of several, filtered', () =>
    both()
      .filter(not({ [n.sum]: gt(1) }))
      .only(n.sum)
  )
  await run('query of several, unshared', () => both().where({ [n.order]: 5, [n.mail]: 'm' }))
  await tell('pages', async () => {
    const first = await db.query(Order).where(user).pageSize(2).page()
    const second = await db.query(Order).where(user).pageSize(2).page(first.cursor)
    return [first.items, second.items]
  })
  await run('scan', () => db.scan(models({ [n.Order]: Order, [n.Old]: Old } as never) as never))

  await run('batchGet', () =>
    db.batchGet(db.get(Order, order(5)), db.get(Line, line), db.get(Old, { ...user, [n.order]: '5' }))
  )
  await run('batchWrite', () =>
    db.batchWrite(db.put(Line, { ...line, [n.sum]: 2 }), db.delete(Old, { ...user, [n.order]: '7' }))
  )
  if (!lacks('transactions')) {
    await run('move', () => db.move(Order, order(1), { [n.order]: 21 }))
    await run('move of a row without', () => db.move(Order, order(5), { [n.order]: 25 }))
    await run('move of an old row', () => db.move(Old, { ...user, [n.order]: '5' }, { [n.order]: '25' }))
    await run('move of the other half of a key', () => db.move(Checked, mail, { [n.user]: 'w' }))
    await run('move back', () => db.move(Checked, { ...mail, [n.user]: 'w' }, user))
    await run('move by a schema', () => db.move(Checked, mail, { ...user, [n.mail]: 'Z' }))
    await run('transact', () =>
      db.transact(
        db.update(Order, order(25)).set({ [n.sum]: 9 }),
        db.check(Line, line).if({ [n.sum]: gt(1) }),
        db.delete(Old, { ...user, [n.order]: '6' })
      )
    )
    await run('transact that fails', () =>
      db.transact(
        db.update(Order, { ...order(25), [n.lock]: 1 }).set({ [n.sum]: 9 }),
        db.put(Line, { ...line, [n.lock]: 1 })
      )
    )
    await run('transact of reads', () => db.transact(db.get(Order, order(25)), db.get(Line, line)))
  }
  await run('delete of a stale one', () => db.delete(Order, { ...order(6), [n.lock]: 9 }))
  await run('delete of a row without a version', () => db.delete(Line, { ...order(5), [n.mail]: 'm', [n.lock]: 0 }))
  await run('delete', () => db.delete(Order, { ...order(6), [n.lock]: 1 }).returning('old'))

  await tell('a state', () =>
    toJsonata(
      db.put(Order, {
        ...whole,
        [n.user]: param('$x'),
        [n.place]: param('$y'),
        [n.lock]: param('$z')
      }) as unknown as Sendable
    )
  )
  await tell('a state of an upsert', () =>
    toJsonata(
      db
        .update(Profile, { [n.user]: param('$x') })
        .set({ [n.team]: 'T' })
        .upsert() as unknown as Sendable
    )
  )
  const { Items = [] } = await place.client.send(new ScanCommand({ TableName: place.table, ConsistentRead: true }))
  const app = models({ [n.Order]: Order, [n.Line]: Line, [n.Profile]: Profile, [n.Old]: Old } as never)
  const keyText = (item: (typeof Items)[number]): string => `${item.PK?.S} ${item.SK?.S}`
  for (const item of Items.sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1))) {
    log.push(item)
    await tell('read', () => app.read(item))
  }
  return log
}
