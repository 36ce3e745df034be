import type { Target } from '../driver/target.ts'
import { InvalidRequest } from '../errors.ts'
import { keysOfAll } from '../plan/read/collection.ts'
import type { Definitions } from '../plan/read/models.ts'
import { NO_OPTIONS } from '../plan/read/options.ts'
import { proveApart } from '../schema/apart.ts'
import type { ModelMap, ModelSet } from '../schema/set.ts'
import type { AnyModel, InputOf } from '../schema/shape.ts'
import { COURSE } from './batch/bulk.ts'
import { BatchGet } from './batch/get.ts'
import { listOf } from './batch/listed.ts'
import { Load, type LoadSource, putOf } from './batch/load.ts'
import { BatchWrite } from './batch/write.ts'
import { definitionOf, isModelSet } from './builder/definition-of.ts'
import { isReadBuilder } from './builder/item-read.ts'
import { Collection } from './read/collection.ts'
import { newPlan } from './read/query.ts'
import { Scan } from './read/scan.ts'
import { TransactGet } from './transact/get.ts'
import { TransactWrite } from './transact/write.ts'

// Multi-item verbs are separate functions, so a program that uses few of them does not bundle the others.

export const beginTransact = (target: Target, ...given: readonly unknown[]): unknown => {
  const builders = listOf(given)
  const reads = builders.filter(isReadBuilder)
  return reads.length > 0 && reads.length === builders.length
    ? new TransactGet({ target, reads, signal: undefined })
    : new TransactWrite({ target, builders, signal: undefined, repeatable: undefined })
}

export const beginBatchGet = <R>(target: Target, ...gets: readonly unknown[]): BatchGet<R> =>
  new BatchGet({ target, builders: listOf(gets), course: COURSE })

export const beginBatchWrite = <R>(target: Target, ...writes: readonly unknown[]): BatchWrite<R> =>
  new BatchWrite({ target, builders: listOf(writes), course: COURSE })

export const beginLoad = <M extends AnyModel>(target: Target, model: M, source: LoadSource<InputOf<M>>): Load =>
  new Load({ verb: 'load()', target, source, take: putOf(target, definitionOf('load()', model)), course: COURSE })

export const beginCollection = (target: Target, models: readonly AnyModel[]): unknown =>
  new Collection({ keysOfAll, ...newPlan(target, definitionsOf('query()', models)) }) // up to Node 20, slow with the spread first

export const beginScan = (target: Target, first: AnyModel | ModelSet<ModelMap>, ...others: AnyModel[]): unknown => {
  const isSet = isModelSet(first)
  const models = definitionsOf('scan()', isSet ? Object.values(first.models) : [first, ...others])
  return new Scan({
    target,
    models,
    isTagged: isSet || others.length > 0,
    limit: undefined,
    index: undefined,
    consistent: false,
    segments: undefined,
    options: NO_OPTIONS
  })
}

/** Throws KeyCollision. Throws InvalidRequest for two models of the same name: their items could not be told apart. */
const definitionsOf = (verb: string, models: readonly AnyModel[]): Definitions => {
  const [first, ...others] = models.map(model => definitionOf(verb, model))
  if (first === undefined) throw new InvalidRequest(verb, 'there is no model')
  const names = [first, ...others].map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new InvalidRequest(verb, `the model ${twice} is given twice`)
  proveApart([first, ...others])
  return [first, ...others]
}
