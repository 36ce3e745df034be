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
  .suffix('Models${n}')
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
  return { amount, tags, note, kind, widths, days, shape, more }
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

/** Each verb for each model, with the results used. */
export const verbsProgram = (count: number): string => `
import { plus } from 'keystorm'
import { db } from './baseline.ts'
import { ${names(count)} } from './models.ts'
${all(count, useOf)}`

/** A put, a get and a query for each model, with the results used. */
export const basicsProgram = (count: number): string => `
import { db } from './baseline.ts'
import { ${names(count)} } from './models.ts'
${all(count, basicsOf)}`

/** All models in one set, and an item read back as whichever it is. */
export const setProgram = (count: number): string => `
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { models } from 'keystorm'
import { ${names(count)} } from './models.ts'

export const app = models({ ${names(count)} })

export const read = (stored: Record<string, AttributeValue>): number => {
  const found = app.read(stored)
  if (found?.model === 'Model0') return found.item.amount0
  return found?.item.seq ?? 0
}
`
