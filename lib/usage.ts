/** Read and write units, as DynamoDB charges them. */
export interface Units {
  readonly readUnits: number
  readonly writeUnits: number
}

/** What was sent, and what it cost. */
export interface Usage extends Units {
  /** All that were sent, retries included. */
  readonly requests: number
  /** Those of them that repeated one: the SDK's, and keystorm's. */
  readonly retries: number
  /** Items that DynamoDB looked at, those that a filter dropped included. */
  readonly itemsRead: number
  readonly itemsReturned: number
  /** The units by the names of tables, those of indexes included, and by the names of indexes in there. */
  readonly tables: Readonly<Record<string, Units & { readonly indexes: Readonly<Record<string, Units>> }>>
}
