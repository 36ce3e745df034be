import type { KeyBound, KeySource } from '../keys/source.ts'
import type { StoredItem } from './definition.ts'
import { type IndexLayout, plainName } from './table-layout.ts'

/** The keys that a read uses: those of the table, or of one index. */
export class Access {
  /** The index's name; `undefined` for the table. */
  readonly index: string | undefined
  readonly pk: readonly KeySource[]
  readonly sk: readonly KeySource[]
  /** The index's layout; `undefined` for the table. */
  readonly layout: IndexLayout | undefined
  /** Whether the first attribute of the sort key also stands in the partition key. */
  readonly isSortShared: boolean
  /** Whether the partition key is the table's. */
  readonly isOwnPartition: boolean
  /** ExpressionAttributeNames for keys that need a placeholder; `undefined` if none does. */
  readonly names: Readonly<Record<string, string>> | undefined
  /**
   * For each sort key: the KeyConditionExpression of each kind of bound on it. The sort keys before it are equalities.
   */
  readonly conditions: readonly Readonly<Record<KeyBound['condition'], string>>[]

  constructor(pk: readonly KeySource[], sk: readonly KeySource[], layout?: IndexLayout) {
    this.index = layout?.name
    this.pk = pk
    this.sk = sk
    this.layout = layout
    const [first = ''] = sk.flatMap(key => key.attributes)
    this.isSortShared = pk.some(key => key.attributes.includes(first))
    this.isOwnPartition = layout === undefined || layout.isLocal
    const names: Record<string, string> = {}
    const shown = ({ name }: KeySource, placeholder: string): string => {
      const plain = plainName(name)
      if (plain === undefined) names[placeholder] = name
      return plain ?? placeholder
    }
    const partition = pk.map((key, i) => `${shown(key, `#pk${i || ''}`)} = :pk${i || ''}`).join(' AND ')
    const sort = sk.map((key, i) => shown(key, `#sk${i || ''}`))
    this.names = Object.keys(names).length > 0 ? names : undefined
    this.conditions = [sort[0] ?? '', ...sort.slice(1)].map((name, at) =>
      conditionsOf([partition, ...sort.slice(0, at).map((name, i) => `${name} = :sk${i}`)].join(' AND '), name)
    )
  }

  /** Whether reads can be strongly consistent. Reads of a global index cannot. */
  get isConsistent(): boolean {
    return this.isOwnPartition
  }

  /** The names of the index's keys, which give a row its place in it. Empty for the table. */
  get indexKeys(): readonly string[] {
    return this.layout === undefined ? [] : [...this.pk, ...this.sk].map(({ name }) => name)
  }

  /** The keys that give a row's position in this access, each once: those of the table, then the index's own. */
  position(table: Access): readonly KeySource[] {
    const keys = new Map([...table.pk, ...table.sk, ...this.pk, ...this.sk].map(key => [key.name, key]))
    return [...keys.values()]
  }
}

const conditionsOf = (known: string, name: string): Readonly<Record<KeyBound['condition'], string>> => ({
  none: known,
  prefix: `${known} AND begins_with(${name}, :sk)`,
  whole: `${known} AND ${name} = :sk`,
  from: `${known} AND ${name} >= :sk`,
  to: `${known} AND ${name} <= :sk`,
  above: `${known} AND ${name} > :sk`,
  below: `${known} AND ${name} < :sk`,
  between: `${known} AND ${name} BETWEEN :sk AND :to`
})

/** The key attributes of a row. */
export const keysIn = (row: Readonly<StoredItem>, keys: readonly KeySource[]): StoredItem => {
  const found: StoredItem = {}
  for (const { name } of keys) {
    const stored = row[name]
    if (stored !== undefined && Object.hasOwn(row, name)) found[name] = stored
  }
  return found
}
