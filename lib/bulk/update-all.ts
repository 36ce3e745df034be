import { createHash } from 'node:crypto'
import type { Target } from '../driver/target.ts'
import { describe, givenBy, InvalidItem, InvalidRequest, isRefusal, UndecodableItem } from '../errors.ts'
import { type RowChanges, readChanges } from '../expressions/update.ts'
import { isRecord, ownValue } from '../fields/record.ts'
import { Report } from '../fields/report.ts'
import { isProjected } from '../plan/read/narrow.ts'
import type { Access } from '../schema/access.ts'
import type { Definition } from '../schema/definition.ts'
import type { AnyModel } from '../schema/shape.ts'
import { idOf } from '../verbs/batch/requests.ts'
import { TransactWrite } from '../verbs/transact/write.ts'
import { refuseLocked } from '../verbs/update/command.ts'
import { resolveChanges } from '../verbs/update/resolve.ts'
import { NO_CHANGES, Update } from '../verbs/update/update.ts'
import { ByQuery, type Entry, type Job, type Plan } from './by-query.ts'
import { versionOf } from './delete-all.ts'
import { writeUnits } from './dry-run.ts'
import { isRepeatable } from './repeatable.ts'
import { amended, KeylessTarget, RowTarget } from './row-target.ts'
import type { Source } from './source.ts'
import type { Row } from './walk.ts'

interface UpdatePlan extends Plan {
  /** The change function, or one for each model by name. */
  readonly change: unknown
}

/** The update of a model's items. */
interface Template {
  readonly plan: NonNullable<ReturnType<typeof Update.plan>>
  /** The attributes that it changes. */
  readonly names: ReadonlySet<string>
  /** Whether it must take effect only once, and so needs a transaction. */
  readonly isOnce: boolean
}

/** A placeholder for the key of any item. */
const ANY_KEY = Object.freeze({})

/** A placeholder for what the key of any item tells. */
const ANY_VALUE = Object.freeze({ S: '' })

/** Updates all items of a read. Immutable. Made by `updateAll`. */
export class UpdateAll extends ByQuery {
  protected readonly verb = 'updateAll()'
  protected readonly plan: UpdatePlan

  constructor(plan: UpdatePlan) {
    super()
    this.plan = plan
  }

  protected copy(plan: Plan): this {
    return new UpdateAll({ ...plan, change: this.plan.change }) as this // there are no subclasses
  }

  protected async job(source: Source): Promise<Job> {
    const { target, models, filters, onInvalid } = source
    const { isUnchecked } = this.plan
    const templates = await this.#templates(source)
    const indexKeys = isUnchecked ? [] : source.indexKeys
    const only = models.flatMap(({ primary, roles }) => [...primary, ...(roles.version ? [roles.version] : [])])

    const entry = (row: Row, run: string, signal: AbortSignal): Entry | undefined => {
      const { model, stored } = row
      const template = templates.get(model)
      const values = template && keyValues(row, onInvalid)
      if (template === undefined || values === undefined) return undefined
      const { guard } = template.plan
      const conditions = isUnchecked ? guard.conditions : [...guard.conditions, ...filters]
      const plan = { ...template.plan, key: values, guard: { ...guard, conditions }, signal }
      const key = model.keyIn(stored)
      const id = idOf(key, Object.keys(key))
      const place = { key, stays: indexKeys.flatMap(name => (stored[name] ? [{ name, value: stored[name] }] : [])) }
      if (!template.isOnce)
        return {
          id,
          row,
          act: isRetry => new Update<AnyModel>({ ...plan, target: new RowTarget(target, place, isRetry) }).then()
        }
      const write = amended(new Update({ ...plan, target })[' write'](), place)
      const once = new TransactWrite({ target, builders: [{ ' write': () => write }], signal, repeatable: undefined })
      const repeated = once.token(tokenOf(run, id))
      const act = async () => {
        try {
          await repeated
        } catch (error) {
          // DynamoDB knows the token from before the run was resumed, so the update has taken effect already.
          if (!(error instanceof Error && isRefusal(error.cause, 'IdempotentParameterMismatchException'))) throw error
        }
      }
      return { id, row, act }
    }
    const isOnce = [...templates.values()].some(template => template.isOnce)
    return {
      only: [...new Set([...only, ...indexKeys])],
      entry,
      isOnce,
      units: row => unitsOf(row, templates.get(row.model))
    }
  }

  /** Throws InvalidItem and InvalidRequest. */
  async #templates(source: Source): Promise<ReadonlyMap<Definition, Template>> {
    const { target, models } = source
    const { change } = this.plan
    const isOne = typeof change === 'function'
    const fail = (problem: string) => new InvalidRequest(this.verb, problem)
    if (isOne && models.length > 1)
      throw fail(`of several models, takes the changes by their names: { ${models[0].name}: change => … }`)
    if (!isOne && !isRecord(change))
      throw fail(`takes a function that makes the change, and was given ${describe(change)}`)
    const byName = isOne ? { [models[0].name]: change } : change
    const strange = Object.keys(byName).find(name => !models.some(model => model.name === name))
    if (strange !== undefined) throw fail(`is given changes of ${strange}, which is no model of the read`)
    const templates = new Map<Definition, Template>()
    for (const model of models) {
      const make = ownValue<unknown>(byName, model.name)
      if (make === undefined) continue
      if (typeof make !== 'function') throw fail(`the change of ${model.name} is no function`)
      const made = givenBy(make(blankFor(model, new KeylessTarget(target))))
      const plan = Update.plan(made)
      if (plan?.key !== ANY_KEY)
        throw fail(
          `the change of ${model.name} must give the update that it was given, with what is to be changed, but gave ${describe(made)}`
        )
      templates.set(model, await templateOf(this.verb, plan, source))
    }
    if (templates.size === 0) throw fail('is given no change')
    return templates
  }
}

/** The update that a change function receives. Its attribute names throw, to tell a caller who takes it for an item. */
const blankFor = (model: Definition, target: Target): Update<AnyModel> => {
  const blank = new Update<AnyModel>({
    target,
    table: target.table,
    model,
    key: ANY_KEY,
    changes: NO_CHANGES,
    removed: [],
    guard: { existence: 'old', conditions: [] },
    isUpsert: false,
    returns: 'none',
    signal: undefined
  })
  for (const name of model.attributes.names) {
    if (name in blank) continue
    const get = () => {
      throw new InvalidRequest(
        'updateAll()',
        `the change of ${model.name} is given an update and not an item, so it has no ${name}: plus(), append() and the like start from what is stored`
      )
    }
    Object.defineProperty(blank, name, { get })
  }
  return blank
}

/** Checks an update before it is applied to any item. Throws InvalidItem and InvalidRequest. */
const templateOf = async (verb: string, plan: Template['plan'], source: Source): Promise<Template> => {
  const { model, removed, isUpsert, returns, signal } = plan
  const fail = (problem: string) => new InvalidRequest(verb, `${model.name}: ${problem}`)
  if (isUpsert) throw fail('upsert() would make items again that are gone')
  if (returns !== 'none') throw fail('returning() is for an update by itself')
  if (signal !== undefined) throw fail('signal() belongs to updateAll() itself')
  const report = new Report()
  const changes = await resolveChanges(plan, report)
  const told = (name: string) => (model.primary.includes(name) ? ANY_VALUE : undefined)
  const own: RowChanges = readChanges(model.attributes, { changes, removed, told }, report)
  refuseLocked(model, own.actions, report)
  if (report.issues.length > 0) throw new InvalidItem(model.name, report.issues)
  if (own.actions.length === 0) throw fail('there is nothing to change: call .set() or .remove()')
  const names = new Set(own.actions.map(({ path }) => String(path.steps[0])))
  const isOnce = !isRepeatable(own.actions)
  if (isOnce && source.index !== undefined && isMoved(model.on(source.index), names))
    throw fail(
      `the items would move within ${source.index} while that is read, and be changed again: read the table, or set values that do not depend on those before`
    )
  return { plan, names, isOnce }
}

/** Whether items of an index move in it. */
const isMoved = ({ pk, sk }: Access, names: ReadonlySet<string>): boolean =>
  [...pk, ...sk].some(key => key.attributes.some(name => names.has(name)))

/** The key of a row for an update, with its version; `undefined` if the row does not fit and is to be skipped. */
const keyValues = ({ model, stored }: Row, onInvalid: Source['onInvalid']): Record<string, unknown> | undefined => {
  try {
    const values = model.decode(stored, false, model.attributes.pick(model.primary))
    const version = versionOf(model, stored)
    return model.roles.version === undefined ? values : { ...values, [model.roles.version]: version }
  } catch (error) {
    if (onInvalid === undefined || !(error instanceof UndecodableItem)) throw error
    onInvalid(error)
    return undefined
  }
}

/** The token by which DynamoDB knows, for ten minutes, that a run has changed an item. */
const tokenOf = (run: string, id: string): string =>
  createHash('sha256').update(`${run} ${id}`).digest('hex').slice(0, 36)

const unitsOf = (row: Row, template: Template | undefined): number => {
  if (template === undefined) return 0
  const { version, updatedAt } = row.model.roles
  const names = new Set([...template.names, ...[version, updatedAt].filter(name => name !== undefined)])
  const writes = (index: Access) => {
    if (isMoved(index, names)) return 2
    return [...names].some(name => isProjected(name, index.layout)) ? 1 : 0
  }
  return writeUnits(row, writes, template.isOnce)
}
