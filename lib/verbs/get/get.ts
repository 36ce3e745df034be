import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import { UNUSED } from '../../alive.ts'
import { itemOf } from '../../driver/output.ts'
import { checkSignal } from '../../driver/signals.ts'
import { labelled, type Target } from '../../driver/target.ts'
import { ItemNotFound } from '../../errors.ts'
import { Printer } from '../../expressions/print.ts'
import { ownValue } from '../../fields/record.ts'
import { textOf } from '../../keys/param.ts'
import type { Command } from '../../plan/command.ts'
import { type Expiry, expiryOf, hasExpired } from '../../plan/read/expiry.ts'
import { checkNames, printProjection } from '../../plan/read/options.ts'
import type { Definition, StoredItem } from '../../schema/definition.ts'
import type { GivenKey } from '../../schema/given-key.ts'
import { plainKey } from '../../schema/plain-key.ts'
import type { ItemRead } from '../builder/item-read.ts'
import { Runnable } from '../builder/runnable.ts'

interface Plan {
  readonly target: Target
  readonly model: Definition
  readonly key: GivenKey
  readonly consistent: boolean
  readonly mustExist: boolean
  readonly only: readonly string[] | undefined
  readonly signal: AbortSignal | undefined
  /** Treats expired items as missing. */
  readonly expiry: Expiry | undefined
}

/** Reads one item by its primary key. Immutable. Made by `db.get`. */
export class Get<Item, Result = Item | undefined> extends Runnable<Result> {
  declare readonly ' result': Result
  protected get operation() {
    return 'GetItem' as const
  }
  static readonly alive: object = new Get(UNUSED)
  readonly #plan: Plan

  constructor(plan: Plan) {
    super()
    this.#plan = plan
  }

  /** Reads strongly consistently: sees every earlier write, and costs twice the read units. */
  consistent(): Get<Item, Result> {
    return new Get({ ...this.#plan, consistent: true })
  }

  /**
   * Reads only these attributes. The read units are those of the whole item. Throws InvalidRequest for an unknown
   * attribute.
   *
   * ```ts
   * const user = await db.get(User, { id }).only('email')   // { email: string } | undefined
   * ```
   */
  only<K extends keyof Item & string>(
    name: K,
    ...names: readonly K[]
  ): Get<Pick<Item, K>, Pick<Item, K> | Extract<Result, undefined>> {
    const { model } = this.#plan
    const only = [name, ...names]
    checkNames([model], only)
    return new Get({ ...this.#plan, only })
  }

  /**
   * Treats an item as missing if it has expired: DynamoDB deletes expired items only later. Throws InvalidRequest if
   * the model has no `t.ttl()`.
   *
   * ```ts
   * const session = await db.get(Session, { id }).unexpired()
   * ```
   */
  unexpired(): Get<Item, Result> {
    const { target, model } = this.#plan
    return new Get({ ...this.#plan, expiry: expiryOf([model], target.connected.clock) })
  }

  /** Throws ItemNotFound instead of resolving to `undefined`. */
  orThrow(): Get<Item, Item> {
    return new Get({ ...this.#plan, mustExist: true })
  }

  /**
   * Ends the request, with the signal's reason, when the signal is aborted. A signal already aborted sends nothing.
   *
   * ```ts
   * const user = await db.get(User, { id }).signal(AbortSignal.timeout(500))
   * ```
   */
  signal(signal: AbortSignal): Get<Item, Result> {
    return new Get({ ...this.#plan, signal: checkSignal(signal) })
  }

  /**
   * Labels the events of its requests: see `connect({ onRequest })`. Throws InvalidRequest.
   *
   * ```ts
   * const user = await db.get(User, { id }).label('checkout')
   * ```
   */
  label(label: string): Get<Item, Result> {
    return new Get(labelled(this.#plan, label))
  }

  /** Returns the GetItem input. Sends nothing. Throws InvalidKey. */
  compile(): GetItemCommandInput {
    const { target, model, key, consistent, only, expiry } = this.#plan
    return compileGet({
      table: target.table,
      model,
      key: key.stored(),
      consistent,
      only: expiry ? only?.concat(expiry.name) : only
    })
  }

  /** The command, for code that sends it in another way, such as a state machine. */
  ' command'(): Command<'GetItem'> {
    const { model, mustExist, expiry } = this.#plan
    const lacks = () => (mustExist ? 'orThrow' : expiry && 'unexpired')
    return { model: model.name, operation: 'GetItem', compile: () => this.compile(), lacks }
  }

  protected async run(): Promise<Result> {
    const { target, model, signal } = this.#plan
    return this.#result(itemOf(await target.send('GetItem', this.compile(), { signal, verb: 'get', models: [model] })))
  }

  #result(stored: StoredItem | undefined): Result {
    const { model, key, mustExist, only, expiry } = this.#plan
    const { type } = model.layout
    const isOurs = (row: StoredItem) => type === undefined || model.isType(ownValue(row, type))
    const found = stored && isOurs(stored) && !(expiry && hasExpired(expiry, stored)) ? stored : undefined
    if (found === undefined && mustExist) throw new ItemNotFound(model.name, plainKey(key.stored()))
    return (found && model.decode(found, false, only && model.attributes.pick(only))) as Result // the model's own fields decoded it
  }

  /** The read as part of a transaction or a batch. */
  ' read'(): ItemRead<Result> {
    const { target, model, key, signal } = this.#plan
    return { target, model, signal, key: key.stored(), input: this.compile(), result: stored => this.#result(stored) }
  }
}

interface GetPlan {
  readonly table: string | undefined
  readonly model: Definition
  readonly key: StoredItem
  readonly consistent: boolean
  /** The attributes to read; `undefined` reads all. */
  readonly only: readonly string[] | undefined
}

export const compileGet = ({ table, model, key, consistent, only }: GetPlan): GetItemCommandInput => {
  const input: GetItemCommandInput = { TableName: textOf(table), Key: key }
  if (consistent) input.ConsistentRead = true
  if (only === undefined) return input
  const printer = new Printer(model.name)
  input.ProjectionExpression = printProjection(printer, model, [...model.holdersOf(only), ...only])
  return Object.assign(input, printer.placeholders())
}
