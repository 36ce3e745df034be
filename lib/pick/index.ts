import { currentTarget } from '../driver/context.ts'
import type { Target } from '../driver/target.ts'
import { checkGiven, InvalidRequest } from '../errors.ts'
import type { AnyModel } from '../schema/shape.ts'
import { beginBatchGet, beginBatchWrite, beginCollection, beginLoad, beginScan, beginTransact } from '../verbs/begin.ts'
import {
  beginCheck,
  beginCreate,
  beginDelete,
  beginGet,
  beginMove,
  beginPut,
  beginUpdate
} from '../verbs/begin-item.ts'
import { type ConnectOptions, connected, type Db } from '../verbs/db.ts'
import { beginQuery, type Query } from '../verbs/read/query.ts'

/** A verb for {@link connectWith}: its name, and the type of its method. */
export interface Verb<Methods = unknown> {
  readonly name: string
  readonly ' methods'?: Methods
  readonly begin: (target: Target, ...given: never) => unknown
}

type VerbOf<Name extends keyof Db> = Verb<Pick<Db, Name>>

/** The verb `create`: see `db.create()`. */
export const create: VerbOf<'create'> = { name: 'create', begin: beginCreate }
/** The verb `put`: see `db.put()`. */
export const put: VerbOf<'put'> = { name: 'put', begin: beginPut }
/** The verb `get`: see `db.get()`. */
export const get: VerbOf<'get'> = { name: 'get', begin: beginGet }
/** The verb `update`: see `db.update()`. */
export const update: VerbOf<'update'> = { name: 'update', begin: beginUpdate }
/** The verb `delete`, which is a reserved word and cannot be a variable's name. */
export const deleteItem: VerbOf<'delete'> = { name: 'delete', begin: beginDelete }
/** The verb `move`: see `db.move()`. */
export const move: VerbOf<'move'> = { name: 'move', begin: beginMove }
/** The verb `check`: see `db.check()`. */
export const check: VerbOf<'check'> = { name: 'check', begin: beginCheck }
/** The verb `transact`: see `db.transact()`. */
export const transact: VerbOf<'transact'> = { name: 'transact', begin: beginTransact }
/** The verb `batchGet`: see `db.batchGet()`. */
export const batchGet: VerbOf<'batchGet'> = { name: 'batchGet', begin: beginBatchGet }
/** The verb `batchWrite`: see `db.batchWrite()`. */
export const batchWrite: VerbOf<'batchWrite'> = { name: 'batchWrite', begin: beginBatchWrite }
/** The verb `load`: see `db.load()`. */
export const load: VerbOf<'load'> = { name: 'load', begin: beginLoad }
/** The verb `scan`: see `db.scan()`. */
export const scan: VerbOf<'scan'> = { name: 'scan', begin: beginScan }

/** `query` of one model. */
export const query: Verb<{ query<M extends AnyModel>(model: M): Query<M> }> = {
  name: 'query',
  begin: (target: Target, model: AnyModel, ...others: AnyModel[]) => {
    if (others.length > 0)
      throw new InvalidRequest('query()', 'takes one model here: give connectWith() queries for several')
    return beginQuery(target, model)
  }
}

/** `query` of one or several models. */
export const queries: VerbOf<'query'> = {
  name: 'query',
  begin: (target: Target, model: AnyModel, ...others: AnyModel[]) =>
    others.length === 0 ? beginQuery(target, model) : beginCollection(target, [model, ...others])
}

type Methods<V> = V extends readonly [Verb<infer First>, ...infer Others] ? First & Methods<Others> : unknown

/**
 * Connects only some verbs to a table, so the program's bundle does not include the others. See `connect()`.
 *
 * ```ts
 * const db = connectWith([get, put, query], { table: 'app', client: leanClient() })
 * ```
 */
export const connectWith = <const V extends readonly Verb[]>(
  verbs: V,
  options: ConnectOptions = {}
): Methods<V> & Pick<Db, ' target'> => {
  const given: readonly (Partial<Verb> | null | undefined)[] = verbs // the caller may have passed anything
  checkGiven('connectWith()', 'takes a list of verbs', verbs, Array.isArray(verbs) && given.every(verb => verb?.begin))
  const outer = connected(options)
  const target = () => currentTarget(outer)
  /**
   * Uses the target of the object that the method is called on, such as a copy by coalesced(). A method that was
   * extracted has no such object.
   */
  const methodOf = (begin: Verb['begin']) =>
    function (this: Pick<Db, ' target'> | undefined, ...given: never) {
      return begin((this?.[' target'] ?? target)(), ...given)
    }
  const methods = verbs.map(({ name, begin }) => [name, methodOf(begin)])
  return Object.fromEntries([...methods, [' target', target]]) as Methods<V> & Pick<Db, ' target'> // under their names
}
