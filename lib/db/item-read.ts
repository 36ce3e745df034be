import type { GetItemCommandInput } from '@aws-sdk/client-dynamodb'
import type { PrimaryKey } from '../errors.ts'
import type { Definition, StoredItem } from '../model/definition.ts'
import type { Target } from '../table/target.ts'

/** What a builder that reads one item is to those who send it together with others. */
export interface ItemRead<Result = unknown> {
  readonly target: Target
  readonly model: Definition
  readonly signal: AbortSignal | undefined
  readonly key: PrimaryKey
  readonly input: GetItemCommandInput
  /** What the read gives for what was found. Throws ItemNotFound where there must be an item. */
  result(stored: StoredItem | undefined): Result
}
