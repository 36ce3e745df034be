export type { CollectionProblem } from './commands/collection.ts'
export type { Explanation } from './commands/explain.ts'
export type { WhereProblem } from './commands/where.ts'
export type { BatchGet } from './db/batch-get.ts'
export type { BatchWrite } from './db/batch-write.ts'
export type { Check } from './db/check.ts'
export type { Collection } from './db/collection.ts'
export { type ConnectOptions, connect, type Db } from './db/connect.ts'
export type { Delete } from './db/delete.ts'
export type { Get } from './db/get.ts'
export type { ReadBuilder } from './db/item-read.ts'
export type { WriteBuilder } from './db/item-write.ts'
export type { Load } from './db/load.ts'
export type { Move } from './db/move.ts'
export type { Page } from './db/page.ts'
export type { Put } from './db/put.ts'
export type { Query } from './db/query.ts'
export type { Scan } from './db/scan.ts'
export type { Grouped, TaggedItem } from './db/tagged.ts'
export type { TransactGet } from './db/transact-get.ts'
export type { TransactWrite } from './db/transact-write.ts'
export type { Update } from './db/update.ts'
export {
  BatchIncomplete,
  BudgetExceeded,
  type CancellationReason,
  ConditionFailed,
  type ConditionReason,
  type DynamoReasonCode,
  type ErrorCode,
  type ErrorData,
  IncompleteQuery,
  InvalidCondition,
  InvalidCursor,
  InvalidItem,
  InvalidKey,
  InvalidModel,
  InvalidRequest,
  InvalidResponse,
  type Issue,
  ItemExists,
  ItemNotFound,
  isKeystormError,
  KeyCollision,
  KeystormError,
  NoTable,
  type PrimaryKey,
  type ReasonCode,
  TransactionCancelled,
  UndecodableItem,
  Unsendable
} from './errors.ts'
export type { Changed, ChangeOf, ConditionInput, ConditionOf, WholeChange } from './expressions/grammar.ts'
export {
  type AttributeOperand,
  addTo,
  allOf,
  anyOf,
  append,
  attr,
  attributeType,
  beginsWith,
  between,
  type Change,
  type Combination,
  contains,
  copyOf,
  deleteFrom,
  eq,
  exists,
  gt,
  gte,
  ifMissing,
  lt,
  lte,
  minus,
  missing,
  ne,
  not,
  type Operator,
  oneOf,
  plus,
  prepend,
  size
} from './expressions/operators.ts'
export type { JsonObject, JsonValue, Whole } from './fields/document.ts'
export type { Field } from './fields/field.ts'
export type { Managed } from './fields/managed.ts'
export type { Fields } from './fields/records.ts'
export * as t from './fields/t.ts'
export { type Model, model } from './model/model.ts'
export type { RawItem, RawValue } from './model/raw.ts'
export { type ModelSet, models, type Tagged } from './model/set.ts'
export type {
  AnyModel,
  CreateOf,
  Gsi1PkOf,
  InputOf,
  ItemOf,
  KeyOf,
  NotYetAModel,
  ParsedKey,
  PkOf,
  SkOf
} from './model/shape.ts'
export { withTable } from './table/context.ts'
export { createTable } from './table/create.ts'
export { tableDefinition } from './table/definition.ts'
export { type Budget, metered } from './table/meter.ts'
export type { Units, Usage } from './usage.ts'
