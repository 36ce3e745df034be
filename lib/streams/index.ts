export type { Change, ChangeIn, ChangeKind, InvalidChange, ItemChange, OtherChange, View } from './change.ts'
export { changes, type ReadOptions } from './changes.ts'
export {
  type BatchResponse,
  type Consumer,
  type ConsumerOptions,
  consumer,
  type Handler,
  type Handlers
} from './consumer.ts'
export type { DynamoRecord, KinesisData, KinesisRecord, StreamEvent, StreamRecord } from './event.ts'
export { type ExportView, fromExport } from './exported.ts'
export { InvalidEvent } from './invalid-event.ts'
export type { Pieces } from './lines.ts'
export type { LambdaContext } from './time-left.ts'
