/**
 * The names of STORM's table. A model uses this table unless it comes from a layout. No other file knows these names.
 */
export const STORM = {
  pk: 'PK',
  sk: 'SK',
  indexes: { GSI1: { pk: 'GSI1PK', sk: 'SK' } }
} as const

/** The name of the table's index. */
export const STORM_INDEX = 'GSI1'

/** A primary key of STORM's table. */
export interface PrimaryKey {
  readonly PK: string
  readonly SK: string
}
