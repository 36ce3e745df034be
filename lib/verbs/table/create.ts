import { setTimeout as delay } from 'node:timers/promises'
import type { TableDescription } from '@aws-sdk/client-dynamodb'
import type { Target } from '../../driver/target.ts'
import { checkOptions, InvalidModel, InvalidRequest, isRefusal, NoTable } from '../../errors.ts'
import { isRecord } from '../../fields/record.ts'
import type { Definition } from '../../schema/definition.ts'
import { definitionOf } from '../../schema/table-definition.ts'
import type { TableLayout } from '../../schema/table-layout.ts'
import { checkDb } from '../check-db.ts'
import { type Connected, describeTable, differences } from './check.ts'
import { isTablePlan, layoutOf, modelsIn, type TablePlan } from './planned.ts'

export interface CreateTableOptions {
  /** Content with a table that is there already, if it has the same keys and index. */
  readonly ifMissing?: boolean
}

/**
 * Makes the table of `db`, by {@link tableDefinition}, and waits until it and its indexes are active (at most five
 * minutes): of a layout, or of a model or models, whose layout it has; else STORM's. With models, it turns on time to live for the attribute that is their `t.ttl()`, which must have one name
 * in all of them. With `{ ifMissing: true }` it is content with such a table that is there, whoever made it and when, and
 * does only what is left to do; so it can stand at the start of a program.
 *
 * ```ts
 * await createTable(connect({ table: 'app' }), app, { ifMissing: true })
 * ```
 *
 * @throws InvalidRequest if there is a table of this name and `ifMissing` is not said, or if that table has other keys,
 * another index or another attribute for time to live, and changes nothing; InvalidModel if the models have several.
 */
export function createTable(db: Connected, plan?: TablePlan, options?: CreateTableOptions): Promise<void>
export function createTable(db: Connected, options: CreateTableOptions): Promise<void>
export async function createTable(
  db: Connected,
  first?: TablePlan | CreateTableOptions,
  options?: CreateTableOptions
): Promise<void> {
  const isOptions = options === undefined && first !== undefined && isOptionsOf(first)
  const plan = isOptions ? undefined : (first as TablePlan | undefined) // which is looked at next
  const layout = layoutOf('createTable()', plan)
  const given: CreateTableOptions = (isOptions ? first : options) ?? {}
  checkOptions('createTable()', given, ['ifMissing'])
  const { ifMissing = false } = given
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

/** Makes the table; false if there is one, which is an error unless it may be. */
const make = async (target: Target, table: string, layout: TableLayout, ifMissing: boolean): Promise<boolean> => {
  try {
    await target.send('CreateTable', definitionOf(table, layout), PURPOSE)
    return true
  } catch (error) {
    if (!isRefusal(error, 'ResourceInUseException')) throw error
    if (ifMissing) return false
    const advice = 'name another one, or say { ifMissing: true } to be content with it'
    throw new InvalidRequest('createTable()', `there already is a table '${table}': ${advice}`, { cause: error })
  }
}

/** Refuses a table that is another one than it should be. */
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

/** The layout of models, which is that of all of them. */
/** Whether time to live is on, or about to be, for this attribute. */
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
    // Somebody else who makes this table may have been faster: to turn on what is on is an error.
    if (!isRefusal(error, 'ValidationException') || !(await hasTimeToLive(target, table, attribute))) throw error
  }
}

const untilActive = async (target: Target, table: string): Promise<void> => {
  const deadline = Date.now() + 300_000
  for (let pause = 20; ; pause = Math.min(pause * 2, 2_000)) {
    const { TableStatus, GlobalSecondaryIndexes } = await describeTable(target, table, PURPOSE.verb)
    const states = [TableStatus, ...(GlobalSecondaryIndexes ?? []).map(index => index.IndexStatus)]
    // One that is being updated, such as its throughput, can be used.
    if (states.every(state => state === 'ACTIVE' || state === 'UPDATING')) return
    if (Date.now() > deadline) throw new Error(`The table ${table} is still ${states.join(', ')} after five minutes.`)
    await delay(pause)
  }
}

/** A table has one attribute for time to live. */
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
