import { checkGiven } from '../errors.ts'
import type { Db } from './db.ts'

/**
 * Returns `db` if `connect()` made it, or something built on `connect()` did. Throws InvalidRequest for anything else.
 */
export const checkDb = <D extends Pick<Db, ' target'>>(of: string, db: D): D => {
  const given: Partial<D> | null | undefined = db // the caller may have passed anything
  checkGiven(of, 'takes what connect() gives', db, typeof given?.[' target'] === 'function')
  return db
}
