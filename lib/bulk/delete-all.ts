import type { DeleteItemCommandInput } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../errors.ts'
import { placeOf } from '../expressions/path.ts'
import { Printer } from '../expressions/print.ts'
import { ownValue } from '../fields/record.ts'
import { compileGuard, type Guard } from '../plan/write/precondition.ts'
import type { Definition, StoredItem } from '../schema/definition.ts'
import { idOf, writeEntry } from '../verbs/batch/requests.ts'
import { refusedBy } from '../verbs/builder/refused.ts'
import { ByQuery, type Entry, type Job, type Plan } from './by-query.ts'
import { writeUnits } from './dry-run.ts'
import type { Source } from './source.ts'
import type { Row } from './walk.ts'

/** Deletes all items of a read. Immutable. Made by `deleteAll`. */
export class DeleteAll extends ByQuery {
  protected readonly verb = 'deleteAll()'
  protected readonly plan: Plan

  constructor(plan: Plan) {
    super()
    this.plan = plan
  }

  protected copy(plan: Plan): this {
    return new DeleteAll(plan) as this // there are no subclasses
  }

  protected job(source: Source): Job {
    const { target, models, filters } = source
    const { isUnchecked } = this.plan
    const versions = models.flatMap(({ roles }) => roles.version ?? [])
    // An index is eventually consistent: it may still list an item that has left it. So the delete checks the index
    // keys.
    const indexKeys = isUnchecked ? [] : source.indexKeys
    const conditions = isUnchecked ? [] : filters
    const entry = (row: Row, _run: string, signal: AbortSignal): Entry => {
      const { model, stored } = row
      const key = model.keyIn(stored)
      const isOpen = model.roles.version === undefined && indexKeys.length + conditions.length === 0
      const open = { operation: { Delete: { TableName: '', Key: key } }, model, key, guard: ANY }
      if (isOpen) return { ...writeEntry(this.verb, { operations: [open] }), row }
      const guard = { existence: 'old', version: versionOf(model, stored), conditions } as const
      const input = compile(target.table, row, key, guard, indexKeys)
      const purpose = { signal, verb: 'deleteAll', models: [model] }
      const act = (isRetry: boolean) =>
        target.send('DeleteItem', input, { ...purpose, isRetry }).catch(async error => {
          throw await refusedBy(error, { target, model, key, guard }, purpose)
        })
      return { id: idOf(key, Object.keys(key)), row, act }
    }
    return {
      only: [...new Set([...versions, ...indexKeys])],
      entry,
      isOnce: false,
      units: row => writeUnits(row, () => 1)
    }
  }
}

const ANY: Guard = { existence: 'any', conditions: [] }

/**
 * The version of a row; `undefined` if the model has none, 0 if the row has none. Throws InvalidRequest for an invalid
 * version.
 */
export const versionOf = ({ name, roles, layout }: Definition, stored: StoredItem): number | undefined => {
  if (roles.version === undefined) return undefined
  const value = ownValue(stored, roles.version)
  if (value === undefined || value.NULL === true) return 0
  const version = Number(value.N)
  if (Number.isSafeInteger(version)) return version
  throw new InvalidRequest(name, `the version of the item under ${JSON.stringify(stored[layout.pk.name])} is no number`)
}

const compile = (
  TableName: string | undefined,
  { model, stored }: Row,
  Key: StoredItem,
  guard: Guard,
  indexKeys: readonly string[]
): DeleteItemCommandInput => {
  const printer = new Printer(model.name)
  const { ConditionExpression: guarded = '' } = compileGuard(model, guard, printer)
  const stays = indexKeys.flatMap(name => {
    const value = stored[name]
    return value === undefined ? [] : [`${printer.path(placeOf(name))} = ${printer.value(value)}`]
  })
  return {
    TableName,
    Key,
    ConditionExpression: [`(${guarded})`, ...stays].join(' AND '),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    ...printer.placeholders()
  }
}
