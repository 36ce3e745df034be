import { InvalidRequest } from '../../errors.ts'
import { placeOf } from '../../expressions/path.ts'
import { type Condition, leaf, negation } from '../../expressions/tree.ts'
import { EpochField } from '../../fields/dates.ts'
import { ownValue } from '../../fields/record.ts'
import { Report } from '../../fields/report.ts'
import { type Clock, now } from '../../keys/param.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { IndexLayout } from '../../schema/table-layout.ts'
import type { Definitions } from './models.ts'
import { isProjected } from './narrow.ts'

/** Tells whether an item has expired: the time to live attribute, and a clock. */
export interface Expiry {
  readonly name: string
  readonly clock: Clock | undefined
}

/** The error, at compile time and run time, for models without a time to live. */
export type NoTtl<Name extends string> = `${Name}: unexpired() goes by the time to live: give the model a t.ttl()`

/** The time to live of some models: a table has one for all its models. Throws InvalidRequest. */
export const expiryOf = (models: Definitions, clock: Clock | undefined): Expiry => {
  const [first] = models
  const [name, another] = new Set(models.flatMap(({ roles: { ttl } }) => ttl ?? []))
  if (name === undefined)
    throw new InvalidRequest(first.name, 'unexpired() goes by the time to live: give the model a t.ttl()')
  if (another !== undefined)
    throw new InvalidRequest(
      first.name,
      `unexpired() finds the time to live in ${name} and in ${another}: a table has one`
    )
  return { name, clock }
}

/** The filter for rows that have not expired, or never expire. Throws InvalidRequest. */
export const unexpiredCondition = (
  { name, clock }: Expiry,
  { name: model, table }: Definition,
  index?: IndexLayout
): Condition => {
  const { pk, sk } = index ?? table
  if ([...pk, ...sk].some(key => key.name === name))
    throw new InvalidRequest(
      model,
      `unexpired() cannot filter by ${name}, a key of what is read: give it to where(), as gt()`
    )
  if (!isProjected(name, index))
    throw new InvalidRequest(model, `unexpired() looks at ${name}, which ${index?.name} does not project`)
  const value = new EpochField().encode(now(clock), new Report()) ?? { NULL: true }
  return negation(leaf('<=', placeOf(name), { value }))
}

/** Whether a row has expired. */
export const hasExpired = ({ name, clock }: Expiry, row: StoredItem): boolean =>
  Number(ownValue(row, name)?.N) * 1000 <= Number(now(clock))
