/**
 * STORM's table, which models have unless a layout of their own says otherwise. Nothing else knows the names of its keys and
 * of its index.
 */
export const STORM = {
  pk: 'PK',
  sk: 'SK',
  indexes: { GSI1: { pk: 'GSI1PK', sk: 'SK' } }
} as const

/** The name of its index. */
export const STORM_INDEX = 'GSI1'

/** A primary key of STORM's table. */
export interface PrimaryKey {
  readonly PK: string
  readonly SK: string
}
