export type { Client } from './driver/client.ts'
export { withTable } from './driver/context.ts'
export type { Progress } from './driver/delivery.ts'
export { type Budget, metered } from './driver/meter.ts'
export type { NotReady, Uncallable, Unready } from './driver/not-ready.ts'
export type { OnRequest, RequestEvent, RequestValues } from './driver/request-event.ts'
export type { Operation, Operations, Sender, SendOptions } from './driver/sender.ts'
export {
  type AnyItem,
  BatchIncomplete,
  BudgetExceeded,
  type BulkUndone,
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
  type ItemKey,
  ItemNotFound,
  isKeystormError,
  KeyCollision,
  KeystormError,
  type KeyValue,
  type LeftOver,
  NoClient,
  NoTable,
  type ReasonCode,
  TransactionCancelled,
  UndecodableItem,
  type Undone,
  Unsendable
} from './errors.ts'
export type {
  Changed,
  ChangeOf,
  ChangeTo,
  ConditionInput,
  ConditionOf,
  Paths,
  Test,
  WholeChange
} from './expressions/grammar.ts'
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
  type Combination,
  type CopyOf,
  contains,
  copyOf,
  deleteFrom,
  eq,
  exists,
  gt,
  gte,
  type IfMissing,
  ifMissing,
  type ListChange,
  lt,
  lte,
  minus,
  missing,
  type NumberChange,
  ne,
  not,
  type Operator,
  oneOf,
  plus,
  prepend,
  type SetChange,
  size
} from './expressions/operators.ts'
export type { JsonObject, JsonValue, Whole } from './fields/document.ts'
export type { Field } from './fields/field.ts'
export type { Managed, RequiredTtl } from './fields/managed.ts'
export type { Fields } from './fields/records.ts'
export * as t from './fields/t.ts'
export { type Text, text } from './keys/text.ts'
export type { CollectionProblem } from './plan/read/collection.ts'
export type { Explanation } from './plan/read/explanation.ts'
export type { AtRunTime, WhereInput, WhereOf, WhereProblem } from './plan/read/where.ts'
export { type Layout, layout } from './schema/layout.ts'
export type {
  Gsi1Shapes,
  IndexKeys,
  IndexShapeOf,
  IndexShapesWith,
  LayoutTypes,
  NoIndexes,
  Nothing,
  StormLayout,
  TypesOf
} from './schema/layout-types.ts'
export { type Model, model, type StormTable } from './schema/model.ts'
export type { RawItem, RawValue } from './schema/raw.ts'
export { type ModelSet, models, type Tagged } from './schema/set.ts'
export type {
  AnyModel,
  ConstantKeys,
  CreateOf,
  Gsi1PkOf,
  IndexShape,
  InKey,
  InputOf,
  ItemOf,
  KeyOf,
  KeyOutput,
  LockedKeyOf,
  NotYetAModel,
  OwnPart,
  ParsedKey,
  PkOf,
  RemovableNames,
  RenderedKey,
  SkOf,
  StoredKey,
  TableShape
} from './schema/shape.ts'
export { tableDefinition } from './schema/table-definition.ts'
export { binary, type KeyAttribute, type LayoutOptions, number } from './schema/table-layout.ts'
export type { PrimaryKey } from './storm.ts'
export type { Units, Usage } from './usage.ts'
export type { BatchGet } from './verbs/batch/get.ts'
export type { Load, LoadSource } from './verbs/batch/load.ts'
export type { BatchWrite } from './verbs/batch/write.ts'
export type { ReadBuilder } from './verbs/builder/item-read.ts'
export type { WriteBuilder } from './verbs/builder/item-write.ts'
export type { Check } from './verbs/check/check.ts'
export { type ConnectOptions, connect, type Db } from './verbs/db.ts'
export type { Delete } from './verbs/delete/delete.ts'
export type { Get } from './verbs/get/get.ts'
export { keyOf, storedKeyOf } from './verbs/key-of.ts'
export type { Move } from './verbs/move/move.ts'
export type { Put } from './verbs/put/put.ts'
export type { Grouped, TaggedItem, TaggedKey } from './verbs/read/by-model.ts'
export type { Collection } from './verbs/read/collection.ts'
export type { Page } from './verbs/read/page.ts'
export type { Query } from './verbs/read/query.ts'
export type { ReadyRead } from './verbs/read/read.ts'
export type { Scan } from './verbs/read/scan.ts'
export { checkTable } from './verbs/table/check.ts'
export { createTable } from './verbs/table/create.ts'
export type { TransactGet } from './verbs/transact/get.ts'
export type { TransactWrite } from './verbs/transact/write.ts'
export type { Changes } from './verbs/update/changes.ts'
export type { Update } from './verbs/update/update.ts'
