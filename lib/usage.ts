/** Read and write units, as DynamoDB charges them. */
export interface Units {
  readonly readUnits: number
  readonly writeUnits: number
}

/** The requests of a run and their cost. */
export interface Usage extends Units {
  /** All requests, retries included. */
  readonly requests: number
  /** The requests that repeat an earlier one, whether the SDK or keystorm repeated it. */
  readonly retries: number
  /** Items that DynamoDB read. Items that a filter dropped count too. */
  readonly itemsRead: number
  readonly itemsReturned: number
  /** Units by table name, and in each table by index name. The units of a table include those of its indexes. */
  readonly tables: Readonly<Record<string, Units & { readonly indexes: Readonly<Record<string, Units>> }>>
}
