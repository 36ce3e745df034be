/** What laws about queries have in common: tables of random rows. */
import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import type { LocalTable } from '../../lib/testing/index.ts'

/** What the rows of this process are made from. A failure names it; `SPEC_SEED` gives it back. */
export const seed = Number(process.env.SPEC_SEED || Math.trunc(Math.random() * 2 ** 31))

/** Random values, the same ones for the same seed. */
export const samples = <T>(of: fc.Arbitrary<T>, count: number): T[] => fc.sample(of, { seed, numRuns: count })

/** Says what was asked, where something else came than was expected. */
export const inWords = (what: unknown): string =>
  `SPEC_SEED=${seed} ${JSON.stringify(what, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))}`

interface Row {
  readonly [name: string]: { readonly S?: string | undefined } | object
}

/** Writes rows as they are, quickly. Of rows that share a key, the last one counts. */
export const writeRows = async (
  { client, table }: Pick<LocalTable, 'client' | 'table'>,
  rows: readonly Row[],
  keys: readonly string[] = ['PK', 'SK']
): Promise<void> => {
  const all = [...new Map(rows.map(row => [JSON.stringify(keys.map(key => row[key])), row])).values()]
  for (let i = 0; i < all.length; i += 25) {
    let puts = all.slice(i, i + 25).map((Item): WriteRequest => ({ PutRequest: { Item: Item as never } })) // whatever it has
    while (puts.length > 0) {
      const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }))
      puts = UnprocessedItems?.[table] ?? []
    }
  }
}

/** The order of sort keys: by their bytes. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
