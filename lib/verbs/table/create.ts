import { setTimeout as delay } from 'node:timers/promises'
import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { checkFlag, checkOptions, InvalidModel, InvalidRequest, isRefusal, NoTable } from '../../errors.ts'
import { isRecord } from '../../fields/record.ts'
import type { Definition } from '../../schema/definition.ts'
import { tableInput } from '../../schema/table-definition.ts'
import type { TableLayout } from '../../schema/table-layout.ts'
import { type Connected, checkDb } from '../check-db.ts'
import { describeTable, differences } from './check.ts'
import { isTablePlan, layoutOf, modelsIn, type TablePlan } from './planned.ts'

interface CreateTableOptions {
  /** Accepts an existing table, if it has the same keys and indexes. */
  readonly ifMissing?: boolean
}

/**
 * Creates the table of `db`, as {@link tableDefinition} describes it, and waits up to five minutes until the table and
 * its indexes are active. `plan` is a layout, or a model or models that have one; without it, STORM's layout. For
 * models with `t.ttl()` it also turns on time to live, for which all of them must use the same attribute name. With
 * `{ ifMissing: true }` it accepts an existing table that fits, and only adds the time to live if that is missing. So a
 * program can call it at each start.
 *
 * ```ts
 * await createTable(connect({ table: 'app' }), app, { ifMissing: true })
 * ```
 *
 * @throws InvalidRequest if the table exists and `ifMissing` is not set, or if the existing table has other keys, other
 * indexes or another time to live attribute; it then changes nothing. InvalidModel if the models use several time to
 * live attributes. If time to live cannot be turned on, for example for lack of permission, the error comes when the
 * table is there; with `ifMissing` a later call adds it.
 */
export function createTable(db: Connected, plan?: TablePlan, options?: CreateTableOptions): Promise<void>
export function createTable(db: Connected, options: CreateTableOptions): Promise<void>
export async function createTable(
  db: Connected,
  first?: TablePlan | CreateTableOptions,
  options?: CreateTableOptions
): Promise<void> {
  const isOptions = options === undefined && first !== undefined && isOptionsOf(first)
  const plan = isOptions ? undefined : (first as TablePlan | undefined) // layoutOf() checks it
  const layout = layoutOf('createTable()', plan)
  const given: CreateTableOptions = (isOptions ? first : options) ?? {}
  checkOptions('createTable()', given, ['ifMissing'])
  const { ifMissing = false } = given
  checkFlag('createTable()', 'ifMissing', ifMissing)
  const target = checkDb('createTable()', db)[' target']()
  const { table } = target
  if (table === undefined) throw new NoTable()
  const ttl = ttlAttribute(modelsIn(plan))
  const isNew = await make(target, table, layout, ifMissing)
  if (!isNew) checkSame(table, await describeTable(target, table, PURPOSE.verb), layout)
  const isOn = !isNew && ttl !== undefined && (await hasTimeToLive(target, table, ttl))
  await untilActive(target, table)
  if (ttl !== undefined && !isOn) await turnOn(target, table, ttl)
}

const PURPOSE = { verb: 'createTable', models: [] }

const isOptionsOf = (given: object): given is CreateTableOptions =>
  isRecord(given) && !isTablePlan(given) && Object.keys(given).every(name => name === 'ifMissing')

/**
 * Creates the table. Resolves to false if it exists and `ifMissing` is set; throws if it exists and `ifMissing` is not.
 */
const make = async (target: Target, table: string, layout: TableLayout, ifMissing: boolean): Promise<boolean> => {
  try {
    await target.send('CreateTable', tableInput(table, layout), PURPOSE)
    return true
  } catch (error) {
    if (!isRefusal(error, 'ResourceInUseException')) throw error
    if (ifMissing) return false
    const advice = 'name another one, or say { ifMissing: true } to be content with it'
    throw new InvalidRequest('createTable()', `there already is a table '${table}': ${advice}`, { cause: error })
  }
}

/** Throws if the existing table differs from the layout. */
const checkSame = (table: string, found: TableDescription | undefined, layout: TableLayout): void => {
  const [difference] = differences(table, found, layout)
  if (difference === undefined) return
  const { what, found: there, wanted } = difference
  throw new InvalidRequest(
    'createTable()',
    `there already is a table '${table}', whose ${what} is ${there}, and not ${wanted}. Nothing was changed: ` +
      'name another table, or delete this one'
  )
}

/** Whether time to live is enabled, or being enabled, for this attribute. */
const hasTimeToLive = async (target: Target, table: string, attribute: string): Promise<boolean> => {
  const { TimeToLiveDescription } = await target.send('DescribeTimeToLive', { TableName: table }, PURPOSE)
  const { AttributeName, TimeToLiveStatus = 'DISABLED' } = TimeToLiveDescription ?? {}
  if (TimeToLiveStatus === 'DISABLED' || TimeToLiveStatus === 'DISABLING') return false
  if (AttributeName === attribute) return true
  throw new InvalidRequest(
    'createTable()',
    `the table '${table}' has time to live for ${AttributeName}, and not for ${attribute}: a table has one attribute for it. ` +
      'Nothing was changed'
  )
}

const turnOn = async (target: Target, table: string, attribute: string): Promise<void> => {
  const TimeToLiveSpecification = { AttributeName: attribute, Enabled: true }
  try {
    await target.send('UpdateTimeToLive', { TableName: table, TimeToLiveSpecification }, PURPOSE)
  } catch (error) {
    // Another process may have enabled it meanwhile: DynamoDB refuses to enable time to live twice.
    if (!isRefusal(error, 'ValidationException') || !(await hasTimeToLive(target, table, attribute))) throw error
  }
}

const untilActive = async (target: Target, table: string): Promise<void> => {
  const deadline = Date.now() + 300_000
  for (let pause = 20; ; pause = Math.min(pause * 2, 2_000)) {
    const { TableStatus, GlobalSecondaryIndexes } = await describeTable(target, table, PURPOSE.verb)
    const states = [TableStatus, ...(GlobalSecondaryIndexes ?? []).map(index => index.IndexStatus)]
    // A table or index that is updating, such as its throughput, is usable.
    if (states.every(state => state === 'ACTIVE' || state === 'UPDATING')) return
    if (Date.now() > deadline) throw new Error(`The table ${table} is still ${states.join(', ')} after five minutes.`)
    await delay(pause)
  }
}

/** The time to live attribute of the models. Throws InvalidModel for several: a table has only one. */
const ttlAttribute = (models: readonly Definition[]): string | undefined => {
  const [first, ...others] = models.filter(({ roles }) => roles.ttl !== undefined)
  const other = others.find(({ roles }) => roles.ttl !== first?.roles.ttl)
  if (first && other)
    throw new InvalidModel(
      other.name,
      `its t.ttl() is called ${other.roles.ttl}, but that of ${first.name} ${first.roles.ttl}: a table has one attribute for time to live`
    )
  return first?.roles.ttl
}
