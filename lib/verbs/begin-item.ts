import type { Target } from '../driver/target.ts'
import { snapshotOf } from '../fields/snapshot.ts'
import type { Guard } from '../plan/write/precondition.ts'
import { GivenKey } from '../schema/given-key.ts'
import type { AnyModel, CreateOf, InputOf, ItemOf, KeyOf, LockedKeyOf } from '../schema/shape.ts'
import { definitionOf } from './builder/definition-of.ts'
import type { Problems } from './builder/item-write.ts'
import { Check, type Unchecked } from './check/check.ts'
import { Delete } from './delete/delete.ts'
import { Get } from './get/get.ts'
import { Move } from './move/move.ts'
import { Put } from './put/put.ts'
import { NO_CHANGES, Update } from './update/update.ts'

// Single-item verbs are separate functions, so a program that uses few of them does not bundle the others.

const ANY: Guard = { existence: 'any', version: undefined, conditions: [] }
const OLD: Guard = { existence: 'old', version: undefined, conditions: [] }
const NEW: Guard = { existence: 'new', version: undefined, conditions: [] }

const beginWrite = <M extends AnyModel, Why extends keyof Problems = never>(
  target: Target,
  model: M,
  item: unknown,
  existence: Guard['existence'],
  more: readonly unknown[]
): Put<M, ItemOf<M>, Why> => {
  const definition = definitionOf(existence === 'new' ? 'create()' : 'put()', model, more)
  return new Put<M, ItemOf<M>, Why>({
    target,
    table: target.table,
    model: definition,
    item: snapshotOf(item, definition.attributes),
    guard: existence === 'new' ? NEW : ANY,
    returnsOld: false,
    signal: undefined
  })
}

export const beginCreate = <M extends AnyModel>(
  target: Target,
  model: M,
  item: CreateOf<M>,
  ...more: readonly unknown[]
): Put<M, ItemOf<M>, 'new'> => beginWrite<M, 'new'>(target, model, item, 'new', more)

export const beginPut = <M extends AnyModel>(
  target: Target,
  model: M,
  item: InputOf<M>,
  ...more: readonly unknown[]
): Put<M> => beginWrite<M>(target, model, item, 'any', more)

export const beginGet = <M extends AnyModel>(
  target: Target,
  model: M,
  key: KeyOf<M>,
  ...more: readonly unknown[]
): Get<ItemOf<M>> => {
  const definition = definitionOf('get()', model, more)
  return new Get({
    target,
    model: definition,
    key: GivenKey.of(definition, key),
    consistent: false,
    mustExist: false,
    only: undefined,
    signal: undefined,
    expiry: undefined
  })
}

export const beginUpdate = <M extends AnyModel>(
  target: Target,
  model: M,
  key: LockedKeyOf<M>,
  ...more: readonly unknown[]
): Update<M> => {
  const definition = definitionOf('update()', model, more)
  return new Update({
    target,
    table: target.table,
    model: definition,
    key: snapshotOf(key, definition.attributes),
    changes: NO_CHANGES,
    removed: [],
    guard: OLD,
    isUpsert: false,
    returns: 'none',
    signal: undefined
  })
}

export const beginDelete = <M extends AnyModel>(
  target: Target,
  model: M,
  key: LockedKeyOf<M>,
  ...more: readonly unknown[]
): Delete<M> => {
  const definition = definitionOf('delete()', model, more)
  return new Delete({
    target,
    table: target.table,
    model: definition,
    key: GivenKey.of(definition, key),
    guard: ANY,
    returnsOld: false,
    signal: undefined
  })
}

export const beginMove = <M extends AnyModel>(
  target: Target,
  model: M,
  key: KeyOf<M>,
  newKey: Partial<KeyOf<M>>,
  ...more: readonly unknown[]
): Move<ItemOf<M>> => {
  const definition = definitionOf('move()', model, more)
  const { attributes } = definition
  return new Move({
    target,
    model: definition,
    key: snapshotOf(key, attributes),
    newKey: snapshotOf(newKey, attributes),
    signal: undefined
  })
}

export const beginCheck = <M extends AnyModel>(
  target: Target,
  model: M,
  key: LockedKeyOf<M>,
  ...more: readonly unknown[]
): Check<M, Unchecked<M>> => {
  const definition = definitionOf('check()', model, more)
  return new Check({
    target,
    table: target.table,
    model: definition,
    key: GivenKey.of(definition, key),
    guard: ANY,
    signal: undefined
  })
}
