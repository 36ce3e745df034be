import type {
  CreateTableCommandInput,
  KeySchemaElement,
  Projection as StoredProjection
} from '@aws-sdk/client-dynamodb'
import { DEFAULT_LAYOUT } from './default-layout.ts'
import type { IndexLayout, KeyAttribute, Projection, TableLayout } from './table-layout.ts'

/** An object with a layout, such as `layout()` gives. */
export interface HasLayout {
  readonly ' table': TableLayout
}

/**
 * The input of CreateTable for a layout, billed on demand. Without a layout it is STORM's table: keys PK and SK, and
 * index GSI1 (GSI1PK and SK) that projects all attributes.
 *
 * ```ts
 * await client.send(new CreateTableCommand(tableDefinition('app', layout)))
 * ```
 */
export const tableDefinition = (name: string, layout?: HasLayout): CreateTableCommandInput =>
  tableInput(name, layout?.[' table'] ?? DEFAULT_LAYOUT)

/** The input of CreateTable for a checked layout. */
export const tableInput = (name: string, { pk, sk, keys, indexes }: TableLayout): CreateTableCommandInput => {
  const all = [...indexes.values()]
  const global = all.filter(({ isLocal }) => !isLocal).map(indexOf)
  const local = all.filter(({ isLocal }) => isLocal).map(indexOf)
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: schemaOf([pk], sk ? [sk] : []),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local })
  }
}

const schemaOf = (pk: readonly KeyAttribute[], sk: readonly KeyAttribute[]): KeySchemaElement[] => [
  ...pk.map(({ name }) => ({ AttributeName: name, KeyType: 'HASH' as const })),
  ...sk.map(({ name }) => ({ AttributeName: name, KeyType: 'RANGE' as const }))
]

const indexOf = ({ name, pk, sk, projection }: IndexLayout) => ({
  IndexName: name,
  KeySchema: schemaOf(pk, sk),
  Projection: projectionOf(projection)
})

const projectionOf = (projection: Projection): StoredProjection =>
  typeof projection === 'string'
    ? { ProjectionType: projection }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection] }
