import { setTimeout as delay } from 'node:timers/promises'
import { InvalidModel, NoTable } from '../errors.ts'
import type { AnyModel } from '../model/shape.ts'
import { tableDefinition } from './definition.ts'
import type { Target } from './target.ts'

/**
 * Makes the table of `db`, by {@link tableDefinition}, and waits until it and its index are active (at most five
 * minutes). With models, it turns on time to live for the attribute that is their `t.ttl()`, which must have one name
 * in all of them. Errors are the SDK's: `ResourceInUseException` if there is such a table.
 *
 * ```ts
 * await createTable(connect({ table: 'app' }), app)
 * ```
 */
export const createTable = async (
  db: { '~target'(): Target },
  set?: { readonly models: Readonly<Record<string, AnyModel>> }
): Promise<void> => {
  const target = db['~target']()
  const { table } = target
  if (table === undefined) throw new NoTable()
  const ttl = set && ttlAttribute(set.models)
  await target.send('CreateTable', tableDefinition(table))
  await untilActive(target, table)
  if (ttl === undefined) return
  const TimeToLiveSpecification = { AttributeName: ttl, Enabled: true }
  await target.send('UpdateTimeToLive', { TableName: table, TimeToLiveSpecification })
}

const untilActive = async (target: Target, table: string): Promise<void> => {
  const deadline = Date.now() + 300_000
  for (let pause = 20; ; pause = Math.min(pause * 2, 2_000)) {
    const { Table } = await target.send('DescribeTable', { TableName: table })
    const states = [Table?.TableStatus, ...(Table?.GlobalSecondaryIndexes ?? []).map(index => index.IndexStatus)]
    if (states.every(state => state === 'ACTIVE')) return
    if (Date.now() > deadline) throw new Error(`The table ${table} is still ${states.join(', ')} after five minutes.`)
    await delay(pause)
  }
}

/** A table has one attribute for time to live. */
const ttlAttribute = (models: Readonly<Record<string, AnyModel>>): string | undefined => {
  const owners = Object.values(models).map(model => model['~definition'])
  const [first, ...others] = owners.filter(({ roles }) => roles.ttl !== undefined)
  const other = others.find(({ roles }) => roles.ttl !== first?.roles.ttl)
  if (first && other)
    throw new InvalidModel(
      other.name,
      `its t.ttl() is called ${other.roles.ttl}, but that of ${first.name} ${first.roles.ttl}: a table has one attribute for time to live`
    )
  return first?.roles.ttl
}
