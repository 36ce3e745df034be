import { checkGiven } from '../errors.ts'
import type { Db } from './db.ts'

/** What `connect()` gave, or something made of it. Throws InvalidRequest for anything else. */
export const checkDb = <D extends Pick<Db, ' target'>>(of: string, db: D): D => {
  const given: Partial<D> | null | undefined = db // whatever was given
  checkGiven(of, 'takes what connect() gives', db, typeof given?.[' target'] === 'function')
  return db
}
