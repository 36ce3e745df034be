/** Reads a stored row in every way, with a reader for each of STORM's models. */
import { deepStrictEqual } from 'node:assert/strict'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { AnyModel, Db, InputOf, ItemOf, KeyOf, PrimaryKey } from 'keystorm'
import { storm } from './storm-models.ts'

export type Row = Readonly<Record<string, AttributeValue>>
export type Name = keyof typeof storm.models

export interface Reader {
  /**
   * Reads the row by its key and with its partition. Throws unless both return what the table holds. Tells whether a put
   * of the item would store the same row.
   */
  check(db: Db, row: Row, partition: readonly Row[]): Promise<boolean>
}

type Parsing<M extends AnyModel> = M & { parse(key: PrimaryKey): KeyOf<M> | undefined }

const reader = <M extends AnyModel>(
  model: Parsing<M>,
  query: (db: Db, key: KeyOf<M>) => PromiseLike<ItemOf<M>[]>
): Reader => ({
  async check(db, row, partition) {
    // A row is found by its key. If unescaped values make the key ambiguous, its attributes decide.
    const key = model.parse(keyOf(row)) ?? (plain(row) as KeyOf<M>)
    const item = await db.get<M>(model, key).orThrow()
    deepStrictEqual(item, plain(row))
    deepStrictEqual(await query(db, key), partition.map(plain))

    const written = db.put<M>(model, item as object as InputOf<M>).compile().Item ?? {}
    if (isMoved(row, written)) return false
    deepStrictEqual(written, withoutNulls(row))
    return true
  }
})

/** STORM's update can change key attributes, but leaves the row under its old keys. */
const isMoved = (row: Row, written: Row): boolean =>
  (['PK', 'SK', 'GSI1PK'] as const).some(name => row[name]?.S !== written[name]?.S)

export const keyOf = ({ PK, SK }: Row): PrimaryKey => ({ PK: PK?.S ?? '', SK: SK?.S ?? '' })

const withoutNulls = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => !value.NULL))

/** The attributes of a row as the SDK reads it, without keys and NULLs. */
const plain = (row: Row): Record<string, unknown> => {
  const { PK, SK, GSI1PK, ...attributes } = unmarshall(withoutNulls(row))
  return attributes
}

const { models } = storm

export const readers: Readonly<Record<Name, Reader>> = {
  Fruit: reader(models.Fruit, (db, { apple }) => db.query(models.Fruit).where({ apple })),
  FruitTwoPart: reader(models.FruitTwoPart, (db, { apple, banana }) =>
    db.query(models.FruitTwoPart).where({ apple, banana })
  ),
  Integration: reader(models.Integration, (db, { tenant }) => db.query(models.Integration).where({ tenant })),
  CompositeAll: reader(models.CompositeAll, (db, { a_pk, b_pk }) =>
    db.query(models.CompositeAll).where({ a_pk, b_pk })
  ),
  SameLetter: reader(models.SameLetter, (db, { value_1, value_2 }) =>
    db.query(models.SameLetter).where({ value_1, value_2 })
  ),
  CustomIdentifiers: reader(models.CustomIdentifiers, (db, { region, depot }) =>
    db.query(models.CustomIdentifiers).where({ region, depot })
  ),
  HashValues: reader(models.HashValues, (db, { root, base }) => db.query(models.HashValues).where({ root, base })),
  EmptyIdentifier: reader(models.EmptyIdentifier, (db, { owner, kind }) =>
    db.query(models.EmptyIdentifier).where({ owner, kind })
  ),
  OneIdentifierForAll: reader(models.OneIdentifierForAll, (db, { left }) =>
    db.query(models.OneIdentifierForAll).where({ left })
  ),
  NoPartition: reader(models.NoPartition, db => db.query(models.NoPartition)),
  SharedRoles: reader(models.SharedRoles, (db, { org }) => db.query(models.SharedRoles).where({ org })),
  InvertedIndex: reader(models.InvertedIndex, (db, { follower }) => db.query(models.InvertedIndex).where({ follower })),
  ReservedNames: reader(models.ReservedNames, (db, { owner }) => db.query(models.ReservedNames).where({ owner })),
  Customer: reader(models.Customer, (db, { customer_id }) => db.query(models.Customer).where({ customer_id })),
  CustomerOrder: reader(models.CustomerOrder, (db, { customer_id }) =>
    db.query(models.CustomerOrder).where({ customer_id })
  ),
  ReadmeUser: reader(models.ReadmeUser, (db, { user_id }) => db.query(models.ReadmeUser).where({ user_id })),
  ReadmeOrder: reader(models.ReadmeOrder, (db, { user_id }) => db.query(models.ReadmeOrder).where({ user_id })),
  ThreeParts: reader(models.ThreeParts, (db, { country, city, street }) =>
    db.query(models.ThreeParts).where({ country, city, street })
  )
}
