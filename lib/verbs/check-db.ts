import type { Target } from '../driver/target.ts'
import { checkGiven } from '../errors.ts'

/** A `db`, as far as most functions need one: it knows the table and client of a builder made now. */
export interface Connected {
  ' target'(): Target
}

/**
 * Returns `db` if `connect()` made it, or something built on `connect()` did. Throws InvalidRequest for anything else.
 */
export const checkDb = <D extends Connected>(of: string, db: D): D => {
  const given: Partial<D> | null | undefined = db // the caller may have passed anything
  checkGiven(of, 'takes what connect() gives', db, typeof given?.[' target'] === 'function')
  return db
}
