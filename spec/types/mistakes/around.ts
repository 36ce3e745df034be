import { type Mistake, STEPS } from './mistake.ts'

/** Errors, code for any model, and what stands around the verbs. */
export const around: readonly Mistake[] = [
  [
    'any number as an item of any model',
    `(<M extends AnyModel>(model: M) => db.put(model, 42))(Bare)`,
    `Argument of type 'number' is not assignable to parameter of type 'InputOf<M>'`
  ],
  [
    'an object as an item of any model',
    `(<M extends AnyModel>(model: M) => db.put(model, { a: 'a' }))(Bare)`,
    `Type '{ a: string; }' is not assignable to type 'never'`,
    [310, STEPS]
  ],
  [
    'an object given as an item of any model',
    `(<M extends AnyModel>(model: M): ItemOf<M> => (model.name === '' ? { a: 'a' } : { b: 'b' }))(Bare)`,
    `Type '{ b: string; }' is not assignable to type 'never'`,
    [570, STEPS]
  ],
  [
    'text as a key of any model',
    `(<M extends AnyModel>(model: M) => db.get(model, 'a'))(Bare)`,
    `Argument of type 'string' is not assignable to parameter of type 'KeyOf<M>'`
  ],
  [
    'the item of an error, which is any',
    `try { await update } catch (error) { if (error instanceof ConditionFailed) error.item?.weight.of.what }`,
    `'error.item.weight' is of type 'unknown'`
  ],
  [
    'the item of an error of another model',
    `try { await update } catch (error) { if (ConditionFailed.of(Fruit, error)) error.item?.wieght }`,
    `Property 'wieght' does not exist on type`
  ],
  [
    'what a batch has left, as if it were any',
    `try { await update } catch (error) { if (error instanceof BatchIncomplete) error.left[0]?.weight }`,
    `Property 'weight' does not exist on type 'LeftOver'`
  ],
  [
    'the data of an error of whatever code',
    `try { await update } catch (error) { if (error instanceof KeystormError) error.data.item.weight }`,
    `Property 'item' does not exist on type 'BulkUndone | Undone<unknown, unknown> |`,
    [330, STEPS]
  ],
  [
    'the data of an error of one code',
    `try { await update } catch (error) { if (error instanceof KeystormError && error.code === 'ConditionFailed') error.data.item.weight }`,
    `'error.data.item' is of type 'unknown'`
  ],
  [
    'an item of an error of one of two classes',
    `try { await update } catch (error) { for (const C of [ConditionFailed, BatchIncomplete]) if (error instanceof C) error.item }`,
    `Property 'item' does not exist on type 'BatchIncomplete<LeftOver, unknown> |`
  ],
  [
    'metered() that is not awaited',
    `metered(async () => 1).result`,
    `Property 'result' does not exist on type 'Promise<`
  ],
  [
    'a table by its name',
    `createTable('app')`,
    `Argument of type 'string' is not assignable to parameter of type 'Connected'`
  ],
  ['the old spelling of next', `toState(query, { Next: 'x' })`, `Did you mean to write 'next'`],
  [
    'a param of another type',
    `db.get(Fruit, { ...key, date: param<number>('$x') })`,
    `Type 'number' is not assignable to`
  ],
  [
    'a region as all options',
    `leanClient('eu-west-1')`,
    `Type '"eu-west-1"' has no properties in common with type 'LeanOpti`
  ],
  ['a pace as a number', `deleteAll(query).perSecond(10)`, `Type '10' has no properties in common with type`],
  [
    'half an index key in updateAll',
    `updateAll(query, one => one.set({ farm: 'f' }))`,
    '"Fruit: set() gives farm but not region, and GSI1PK is made of all"',
    [565, STEPS]
  ],
  ['an updateAll of nothing', `updateAll(query)`, 'Expected 2 arguments, but got 1'],
  [
    'a misspelt attribute in updateAll',
    `updateAll(query, one => one.set({ wieght: 1 }))`,
    'Fruit: set() is given wieght, which'
  ],
  ['an unknown option of coalesced', `coalesced(db, { ms: 5 })`, `and 'ms' does not exist in type 'CoalesceOptions'`],
  ['changes of no event', `changes(set)`, 'Expected 2-3 arguments, but got 1'],
  ['spans that are not called', `connect({ onRequest: spans })`, `is not assignable to type 'OnRequest'`],
  ['an unknown option of an engine', `startLocalEngine({ port: 1 })`, `'port' does not exist in type 'EngineOptions'`]
]
