import { Buffer } from 'node:buffer'
import { type AttributeValue, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb'
import type { Client, Stored } from './client.ts'
import { type Integration, LIMIT, TABLE } from './integration.ts'
import type { Variant } from './variant.ts'

// What keystorm promises, written for this one entity without any generality: builders are immutable and take a copy of what
// they are given, values are checked, keys are escaped and have a limit, stored values are checked when they are read.

class Unfit extends Error {}

const unfit = (value: unknown): never => {
  throw new Unfit(`unfit: ${String(value)}`)
}

const plain = <T extends object>(value: T): T =>
  Object.getPrototypeOf(value) === Object.prototype && Object.getOwnPropertySymbols(value).length === 0
    ? value
    : unfit(value)
const list = <T>(value: readonly T[]): readonly T[] =>
  Array.isArray(value) && Object.keys(value).length === value.length ? value : unfit(value)
const text = (value: unknown): string => (typeof value === 'string' && value.isWellFormed() ? value : unfit(value))
const flag = (value: unknown): boolean => (typeof value === 'boolean' ? value : unfit(value))
const number = (value: unknown): string =>
  typeof value === 'number' && Number.isFinite(value) ? String(value) : unfit(value)
const only = (value: object, names: ReadonlySet<string>): void => {
  for (const name in value) if (!names.has(name)) unfit(name)
}

const escaped = (value: unknown): string => {
  const part = text(value)
  if (part === '') return unfit(part)
  return part.includes('#') || part.includes('%') ? part.replaceAll('%', '%25').replaceAll('#', '%23') : part
}
const limited = (key: string, limit: number): AttributeValue =>
  key.length * 3 <= limit || Buffer.byteLength(key) <= limit ? { S: key } : unfit(key)
const pk = (tenant: unknown) => limited(`T#${escaped(tenant)}#Integrations`, 2048)
const sk = (id: unknown) => limited(`I#${escaped(id)}`, 1024)
const gsi1pk = (owner: unknown) => limited(`O#${escaped(owner)}#Integrations`, 2048)

type Key = Pick<Integration, 'tenant' | 'integration_id'>
const keyOf = ({ tenant, integration_id }: Key) => ({ PK: pk(tenant), SK: sk(integration_id) })

/** What all builders have: a plan that nobody can change, and a `then`. */
abstract class Builder<Plan extends object> {
  readonly #plan: Plan

  constructor(plan: Plan) {
    this.#plan = plan
  }

  protected get plan(): Plan {
    return this.#plan
  }

  then(): never {
    throw new Error('nothing is sent here')
  }
}

class Keyed extends Builder<{ readonly key: Key }> {
  compile() {
    return { TableName: TABLE, Key: keyOf(this.plan.key) }
  }
}

const keyed = (key: Key): Keyed => new Keyed({ key: { ...plain(key) } })

const NAMES: ReadonlySet<string> = new Set([
  ...['tenant', 'tenant_name', 'integration_id', 'owner', 'locked', 'last_seen_run', 'enabled', 'notebook_path'],
  ...['created_on', 'static_files', 'dynamic_files']
])
const FILE: ReadonlySet<string> = new Set(['path', 'size'])

const copyOf = (item: Integration): Integration => {
  const copy: { -readonly [K in keyof Integration]: Integration[K] } = { ...plain(item) }
  copy.static_files = list(item.static_files).slice()
  copy.dynamic_files = list(item.dynamic_files).map(file => ({ ...plain(file) }))
  return copy
}

class Put extends Builder<{ readonly item: Integration; readonly isNew: boolean }> {
  compile() {
    const { item, isNew } = this.plan
    only(item, NAMES)
    const Item = {
      PK: pk(item.tenant),
      SK: sk(item.integration_id),
      GSI1PK: gsi1pk(item.owner),
      tenant: { S: text(item.tenant) },
      tenant_name: { S: text(item.tenant_name) },
      integration_id: { S: text(item.integration_id) },
      owner: { S: text(item.owner) },
      locked: { BOOL: flag(item.locked) },
      last_seen_run: { S: text(item.last_seen_run) },
      enabled: { BOOL: flag(item.enabled) },
      notebook_path: { S: text(item.notebook_path) },
      created_on: { N: number(item.created_on) },
      static_files: { L: item.static_files.map(file => ({ S: text(file) })) },
      dynamic_files: {
        L: item.dynamic_files.map(file => {
          only(file, FILE)
          return { M: { path: { S: text(file.path) }, size: { N: number(file.size) } } }
        })
      }
    }
    return isNew
      ? { TableName: TABLE, Item, ConditionExpression: 'attribute_not_exists(PK)' }
      : { TableName: TABLE, Item }
  }
}

/** An operator of where() or set(), which nobody can change. */
class Operator {
  readonly #operands: readonly unknown[]

  constructor(
    readonly kind: 'beginsWith' | 'between' | 'plus',
    ...operands: readonly unknown[]
  ) {
    this.#operands = operands
  }

  get operands(): readonly unknown[] {
    return this.#operands
  }
}

interface QueryPlan {
  readonly where: Readonly<Record<string, unknown>>
  readonly isOnIndex: boolean
  readonly limit: number | undefined
  readonly isReverse: boolean
}

class Query extends Builder<QueryPlan> {
  where(where: Readonly<Record<string, unknown>>): Query {
    return new Query({ ...this.plan, where: { ...plain(where) } })
  }

  onGsi1(): Query {
    return new Query({ ...this.plan, isOnIndex: true })
  }

  limit(limit: number): Query {
    return new Query({ ...this.plan, limit: Number.isSafeInteger(limit) && limit > 0 ? limit : unfit(limit) })
  }

  reverse(): Query {
    return new Query({ ...this.plan, isReverse: true })
  }

  compile() {
    const { where, isOnIndex, limit, isReverse } = this.plan
    const name = isOnIndex ? 'owner' : 'tenant'
    only(where, isOnIndex ? ON_INDEX : ON_TABLE)
    const partition = isOnIndex ? gsi1pk(where[name]) : pk(where[name])
    const { condition, values } = boundOf(where.integration_id, partition)
    const input: QueryCommandInput = {
      TableName: TABLE,
      KeyConditionExpression: `${isOnIndex ? 'GSI1PK' : 'PK'} = :pk AND ${condition}`,
      ExpressionAttributeValues: values
    }
    if (isOnIndex) {
      input.IndexName = 'GSI1'
      input.Select = 'ALL_ATTRIBUTES'
    }
    if (limit !== undefined) input.Limit = limit
    if (isReverse) input.ScanIndexForward = false
    return input
  }
}

const ON_TABLE: ReadonlySet<string> = new Set(['tenant', 'integration_id'])
const ON_INDEX: ReadonlySet<string> = new Set(['owner', 'integration_id'])

const boundOf = (id: unknown, partition: AttributeValue) => {
  if (id === undefined) return { condition: 'begins_with(SK, :sk)', values: { ':pk': partition, ':sk': { S: 'I#' } } }
  if (!(id instanceof Operator)) return { condition: 'SK = :sk', values: { ':pk': partition, ':sk': sk(id) } }
  const [first, last] = id.operands
  if (id.kind === 'beginsWith')
    return { condition: 'begins_with(SK, :sk)', values: { ':pk': partition, ':sk': sk(first) } }
  if (id.kind !== 'between' || text(first) > text(last)) return unfit(id.kind)
  return { condition: 'SK BETWEEN :sk AND :to', values: { ':pk': partition, ':sk': sk(first), ':to': sk(last) } }
}

const query = new Query({ where: {}, isOnIndex: false, limit: undefined, isReverse: false })

interface UpdatePlan {
  readonly key: Key
  readonly changes: Readonly<Record<string, unknown>>
}

class Update extends Builder<UpdatePlan> {
  set(changes: Readonly<Record<string, unknown>>): Update {
    return new Update({ ...this.plan, changes: { ...plain(changes) } })
  }

  /** Knows only the one update that is measured, which a library prints for any. */
  compile() {
    const { key, changes } = this.plan
    only(changes, CHANGED)
    const { enabled, last_seen_run, created_on } = changes
    if (!(created_on instanceof Operator) || created_on.kind !== 'plus') return unfit(created_on)
    return {
      TableName: TABLE,
      Key: keyOf(key),
      UpdateExpression: 'SET #0 = :0, #1 = :1, #2 = if_not_exists(#2, :2) + :3',
      ConditionExpression: 'attribute_exists(PK)',
      ExpressionAttributeNames: { '#0': 'enabled', '#1': 'last_seen_run', '#2': 'created_on' },
      ExpressionAttributeValues: {
        ':0': { BOOL: flag(enabled) },
        ':1': { S: text(last_seen_run) },
        ':2': { N: '0' },
        ':3': { N: number(created_on.operands[0]) }
      }
    }
  }
}

const CHANGED: ReadonlySet<string> = new Set(['enabled', 'last_seen_run', 'created_on'])

const storedText = (stored: AttributeValue | undefined): string =>
  typeof stored?.S === 'string' ? stored.S : unfit(stored)
const storedFlag = (stored: AttributeValue | undefined): boolean =>
  typeof stored?.BOOL === 'boolean' ? stored.BOOL : unfit(stored)
const storedNumber = (stored: AttributeValue | undefined): number => {
  const value = Number(typeof stored?.N === 'string' ? stored.N : unfit(stored))
  return Number.isSafeInteger(value) ? value : unfit(stored)
}
const storedList = (stored: AttributeValue | undefined): readonly AttributeValue[] =>
  Array.isArray(stored?.L) ? stored.L : unfit(stored)

/** Tells by its sort key whether a row is this entity's. */
const read = (stored: Stored) => {
  const key = storedText(stored.SK)
  if (!key.startsWith('I#') || key.includes('#', 2)) return unfit(key)
  return {
    tenant: storedText(stored.tenant),
    tenant_name: storedText(stored.tenant_name),
    integration_id: storedText(stored.integration_id),
    owner: storedText(stored.owner),
    locked: storedFlag(stored.locked),
    last_seen_run: storedText(stored.last_seen_run),
    enabled: storedFlag(stored.enabled),
    notebook_path: storedText(stored.notebook_path),
    created_on: storedNumber(stored.created_on),
    static_files: storedList(stored.static_files).map(storedText),
    dynamic_files: storedList(stored.dynamic_files).map(({ M }) => ({
      path: storedText(M?.path),
      size: storedNumber(M?.size)
    }))
  }
}

/** The promises that keystorm keeps, kept by hand for this one entity. */
export const careful = (client: Client): Variant<Integration> => ({
  build: {
    get: ({ tenant, integration_id }) => keyed({ tenant, integration_id }).compile(),
    put: item => new Put({ item: copyOf(item), isNew: false }).compile(),
    create: item => new Put({ item: copyOf(item), isNew: true }).compile(),
    query: ({ tenant }) => query.where({ tenant }).limit(LIMIT).reverse().compile(),
    'query, range': ({ tenant }) =>
      query
        .where({ tenant, integration_id: new Operator('beginsWith', 'INT0') })
        .limit(LIMIT)
        .reverse()
        .compile(),
    'query, between': ({ tenant }) =>
      query
        .where({ tenant, integration_id: new Operator('between', 'INT0001', 'INT0099') })
        .limit(LIMIT)
        .reverse()
        .compile(),
    'query GSI1': ({ owner }) => query.where({ owner }).onGsi1().limit(LIMIT).reverse().compile(),
    'query GSI1, range': ({ owner }) =>
      query
        .where({ owner, integration_id: new Operator('beginsWith', 'INT0') })
        .onGsi1()
        .limit(LIMIT)
        .reverse()
        .compile(),
    update: ({ tenant, integration_id, enabled, last_seen_run }) =>
      new Update({ key: { ...plain({ tenant, integration_id }) }, changes: {} })
        .set({ enabled, last_seen_run, created_on: new Operator('plus', 1) })
        .compile(),
    delete: ({ tenant, integration_id }) => keyed({ tenant, integration_id }).compile()
  },
  read: async () => {
    const command = new QueryCommand({
      TableName: TABLE,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': pk('tenant-0'), ':sk': { S: 'I#' } }
    })
    const { Items = [] } = await client.send(command)
    return Items.map(read)
  }
})
