/** A sample on two tables: what one program writes, the other reads. */
import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import * as assert from 'uvu/assert'
import { ItemExists } from '../../lib/errors.ts'
import { eq, plus } from '../../lib/expressions/operators.ts'
import type { Db } from '../../lib/verbs/db.ts'
import type { GeneralUpdate } from '../storm/changes.ts'
import type { Neutral, NeutralRecord } from '../storm/data.ts'
import {
  type GeneralModel,
  type GeneralQuery,
  modelFrom,
  pick,
  queryOf,
  type Values,
  valuesFrom
} from '../storm/models.ts'
import type { Tally } from '../storm/tally.ts'
import { spelledRow } from '../storm/values.ts'
import { errorFrom } from '../support/errors.ts'
import type { Sample } from './any-storm.ts'
import { Raised, type Storm, type StormCall } from './python.ts'

/** A table, and keystorm on it. */
export interface Place {
  readonly db: Db
  readonly table: string
  readonly client: DynamoDBClient
}

/** How many items crossed, and how. */
export interface Tallies {
  readonly toPython: Tally
  readonly toTypeScript: Tally
}

/** An item as both programs hold it now. */
interface Item {
  readonly neutral: NeutralRecord
  readonly changes: NeutralRecord
}

/** All rows of a table by their keys, in one spelling. */
const rowsIn = async (client: DynamoDBClient, table: string): Promise<unknown> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new ScanCommand({ TableName: table, ConsistentRead: true })
  )
  assert.is(LastEvaluatedKey, undefined, 'the rows fit into one page')
  return Object.fromEntries(Items.map(row => [JSON.stringify([row.PK, row.SK]), spelledRow(row)]))
}

export class Crossing {
  readonly #storm: Storm
  readonly #sample: Sample
  readonly #tallies: Tallies
  readonly #model: GeneralModel
  /** Written by keystorm first. */
  readonly #ours: Place
  /** Written by STORM first. */
  readonly #theirs: Place
  #items: readonly Item[]

  constructor(storm: Storm, sample: Sample, ours: Place, theirs: Place, tallies: Tallies) {
    const { declaration, ints, isRaw, items } = sample
    this.#storm = storm
    this.#sample = sample
    this.#ours = ours
    this.#theirs = theirs
    this.#tallies = tallies
    this.#model = modelFrom(declaration, { ints, isRaw, missing: 'refused' })
    // Where `#` stands in keys as it is, different values may make one key.
    const byKey = new Map(items.map(item => [JSON.stringify(this.#keyOf(item.values)), item]))
    this.#items = [...byKey.values()].map(({ values, changes }) => ({ neutral: values, changes }))
  }

  async run(): Promise<void> {
    await this.#storm.define(this.#sample.declaration)
    await this.#write()
    await this.#read(this.#ours, this.#theirs)
    for (const _ of this.#items) {
      this.#tallies.toPython.add('written')
      this.#tallies.toTypeScript.add('written')
    }
    await this.#update()
    await this.#read(this.#theirs, this.#ours)
    await this.#moveInIndex()
    await this.#delete()
  }

  get #name(): string {
    return this.#sample.declaration.class_name
  }

  #values(neutral: NeutralRecord): Record<string, unknown> {
    return valuesFrom(this.#sample.declaration, neutral, this.#sample.ints)
  }

  #keyOf(neutral: NeutralRecord) {
    return this.#model.key(this.#values(neutral))
  }

  /** What STORM needs to find an item. */
  #ids(neutral: NeutralRecord): NeutralRecord {
    const { pk_fields, sk_fields } = this.#sample.declaration
    return pick(neutral, [...pk_fields, ...sk_fields]) as NeutralRecord
  }

  /** Half of the items are created, half are put. Both must make the same rows of them. */
  async #write(): Promise<void> {
    for (const [i, { neutral }] of this.#items.entries()) {
      const values = this.#values(neutral)
      if (i % 2 === 0) {
        await this.#ours.db.put(this.#model, values)
        await this.#storm.save(this.#theirs.table, this.#name, neutral)
      } else {
        assert.equal(await this.#ours.db.create(this.#model, values), values)
        const created = await this.#storm.create(this.#theirs.table, this.#name, neutral)
        assert.equal(this.#values(created), values)
      }
    }
    await this.#compareTables()
  }

  async #compareTables(): Promise<void> {
    const { client, table } = this.#ours
    assert.equal(await rowsIn(client, table), await rowsIn(client, this.#theirs.table))
  }

  /** Every item by its key, every partition in both directions, in part, and on the index. */
  async #read(byPython: Place, byTypeScript: Place): Promise<void> {
    for (const { neutral } of this.#items) {
      const values = this.#values(neutral)
      assert.equal(this.#values(await this.#storm.get(byPython.table, this.#name, this.#ids(neutral))), values)
      this.#tallies.toPython.note('read by key')
      assert.equal(await byTypeScript.db.get(this.#model, values), values)
      this.#tallies.toTypeScript.note('read by key')
    }
    const { pk_fields, gsi_fields } = this.#sample.declaration
    for (const group of this.#groups(values => this.#model.key(values).PK)) {
      await this.#readPartition(byPython, byTypeScript, group, pk_fields, [])
      await this.#readPartition(byPython, byTypeScript, group, pk_fields, [['reverse']])
      await this.#readPartition(byPython, byTypeScript, group, pk_fields, [['limit', 2]])
      await this.#readPartition(byPython, byTypeScript, group, pk_fields, [['starting_after', true]])
    }
    if (gsi_fields.length > 0)
      for (const group of this.#groups(values => this.#model.gsi1Key(values).GSI1PK))
        await this.#readPartition(byPython, byTypeScript, group, gsi_fields, [['use_index', true]])
  }

  /** The items that share a key, in the order of their sort keys. */
  #groups(key: (values: Values) => string): NeutralRecord[][] {
    const groups = new Map<string, NeutralRecord[]>()
    for (const { neutral } of this.#items) {
      const text = key(this.#values(neutral))
      groups.set(text, [...(groups.get(text) ?? []), neutral])
    }
    const bytes = (neutral: NeutralRecord) => Buffer.from(this.#keyOf(neutral).SK)
    return [...groups.values()].map(group => group.sort((a, b) => Buffer.compare(bytes(a), bytes(b))))
  }

  async #readPartition(
    byPython: Place,
    byTypeScript: Place,
    group: readonly NeutralRecord[],
    names: readonly string[],
    calls: readonly StormCall[]
  ): Promise<void> {
    const [first = {}] = group
    const [[method] = []] = calls
    const expected = {
      none: group,
      reverse: group.toReversed(),
      limit: group.slice(0, 2),
      starting_after: group.slice(1),
      use_index: group
    }[method ?? 'none']?.map(neutral => this.#values(neutral))
    const using = { ...pick(first, names), ...(method === 'starting_after' ? this.#ids(first) : {}) } as NeutralRecord
    const storms = await this.#storm.query(byPython.table, this.#name, using, ...calls)
    const query = queryOf(byTypeScript.db, this.#model).where(pick(this.#values(first), names))
    const items = await this.#chained(query, method, this.#values(first))
    const how = `read by ${method === 'use_index' ? 'GSI1' : 'partition'}`
    // Rows that share SK on the index come in an order of their own.
    const order = (list: readonly Values[]) => (method === 'use_index' ? list.toSorted(this.#compare) : list)
    assert.equal(order(storms.map(values => this.#values(values))), order(expected ?? []))
    assert.equal(order(items), order(expected ?? []))
    this.#tallies.toPython.note(how, storms.length)
    this.#tallies.toTypeScript.note(how, items.length)
  }

  #compare = (a: Values, b: Values): number =>
    JSON.stringify(this.#model.key(a)) < JSON.stringify(this.#model.key(b)) ? -1 : 1

  #chained(query: GeneralQuery, method: string | undefined, first: Values): GeneralQuery {
    if (method === 'reverse') return query.reverse()
    if (method === 'limit') return query.limit(2)
    if (method === 'starting_after') return query.startingAfter(first)
    return method === 'use_index' ? query.onGsi1() : query
  }

  /** keystorm changes what STORM wrote, and STORM what keystorm wrote, in the same way. */
  async #update(): Promise<void> {
    const items: Item[] = []
    for (const item of this.#items) {
      const changes = Object.entries(item.changes).filter(([name, change]) => isPossible(item.neutral[name], change))
      const set = Object.fromEntries(changes)
      const neutral = { ...item.neutral }
      for (const [name, change] of changes) neutral[name] = applied(item.neutral[name], change)
      items.push({ ...item, neutral })
      if (changes.length === 0) continue
      await this.#set(this.#theirs.db, item.neutral, this.#changes(set))
      await this.#storm.update(this.#ours.table, this.#name, this.#ids(item.neutral), set)
      this.#tallies.toPython.note('updated')
      this.#tallies.toTypeScript.note('updated')
    }
    this.#items = items
    await this.#compareTables()
  }

  /** Typed by the model's fields, which nobody knows at compile time. */
  #set(db: Db, neutral: NeutralRecord, changes: Values): PromiseLike<unknown> {
    const update = db.update(this.#model, this.#values(this.#ids(neutral))) as unknown as GeneralUpdate
    return update.set(changes)
  }

  #changes(set: NeutralRecord): Values {
    const plain = this.#values(set)
    return Object.fromEntries(
      Object.entries(set).map(([name, change]) => {
        const by = addend(change)
        if (by !== undefined) return [name, plus(by)]
        const isDict = this.#sample.declaration.fields.some(field => field.name === name && field.type === 'dict')
        return [name, isDict && change !== null ? eq(plain[name]) : plain[name]]
      })
    )
  }

  /** Another place on the index: by keystorm's update, and by STORM's save, since its update would forget the index. */
  async #moveInIndex(): Promise<void> {
    const { pk_fields, sk_fields, gsi_fields } = this.#sample.declaration
    const own = gsi_fields.filter(name => ![...pk_fields, ...sk_fields].includes(name))
    const [item, ...others] = this.#items
    if (own.length === 0 || item === undefined) return
    const neutral = { ...item.neutral, ...Object.fromEntries(own.map(name => [name, 'moved'])) }
    this.#items = [{ ...item, neutral }, ...others]
    await this.#set(this.#theirs.db, item.neutral, pick(neutral, own))
    await this.#storm.save(this.#ours.table, this.#name, neutral)
    await this.#compareTables()
    const group = this.#groups(values => this.#model.gsi1Key(values).GSI1PK).find(group => group.includes(neutral))
    await this.#readPartition(this.#theirs, this.#ours, group ?? [], gsi_fields, [['use_index', true]])
    this.#tallies.toPython.note('moved on GSI1')
    this.#tallies.toTypeScript.note('moved on GSI1')
  }

  /** Each deletes half of what the other one wrote, and neither creates what is there. */
  async #delete(): Promise<void> {
    for (const [i, { neutral }] of this.#items.entries()) {
      const values = this.#values(neutral)
      if (i % 2 === 0) {
        assert.instance(await errorFrom(() => this.#theirs.db.create(this.#model, values)), ItemExists)
        const create = () => this.#storm.create(this.#ours.table, this.#name, neutral)
        await raises(create, 'ObjectAlreadyExists')
      } else {
        await this.#theirs.db.delete(this.#model, values)
        await this.#storm.delete(this.#ours.table, this.#name, this.#ids(neutral))
        await raises(() => this.#storm.get(this.#theirs.table, this.#name, this.#ids(neutral)), 'ObjectDoesNotExist')
        assert.is(await this.#ours.db.get(this.#model, values), undefined)
        this.#tallies.toPython.note('deleted')
        this.#tallies.toTypeScript.note('deleted')
      }
    }
    await this.#compareTables()
  }
}

export const raises = async (act: () => Promise<unknown>, type: string): Promise<void> => {
  const error = await errorFrom(act)
  assert.instance(error, Raised)
  assert.is((error as Raised).type, type)
}

/** The number that a change adds; `undefined` for plain values. */
const addend = (change: Neutral): number | undefined => {
  const { $add } = (change ?? {}) as { readonly $add?: readonly Neutral[] }
  return $add && Number($add[1])
}

/** Nothing can be added to None, and sums beyond 2^53 are for bigints. */
const isPossible = (value: Neutral | undefined, change: Neutral): boolean => {
  const by = addend(change)
  return by === undefined || (typeof value === 'number' && Number.isSafeInteger(value + by))
}

const applied = (value: Neutral | undefined, change: Neutral): Neutral => {
  const by = addend(change)
  return by === undefined ? change : Number(value) + by
}
