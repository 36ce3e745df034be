/** How Lambda gives a shard's records to a function, and what it does with the answer. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { BatchResponse, Consumer, StreamRecord } from 'keystorm/streams'

/** What becomes of an invocation, beside what the function itself answers. */
export interface Luck {
  /** After how many milliseconds the function is ended, whatever it does; it then does nothing any more. */
  readonly killedAfter: number | undefined
  /** Its answer gets lost, as when the function ends too late. */
  readonly isLost: boolean
}

export interface Invocation {
  /** Where the batch begins, and how many records it has. */
  readonly from: number
  readonly size: number
  /** Whether the function lives: what it does afterwards happens to nobody. */
  isAlive: boolean
}

export interface Mapping {
  readonly batchSize: number
  /** BisectBatchOnFunctionError: a batch that failed as a whole is halved. */
  readonly bisects: boolean
  /** How many milliseconds the function may take. */
  readonly timeout: number
  luck(): Luck
  /** Is told of each invocation when it begins; and when it ends where the next one begins, and whether that was its answer. */
  begins(invocation: Invocation): void
  ends(invocation: Invocation, next: number, isAnswer: boolean): void
}

const invocations = new AsyncLocalStorage<Invocation>()

/** The invocation that the caller is a part of. What one that was ended still wants to do happens to nobody: it waits for ever. */
export const ownInvocation = async (): Promise<Invocation> => {
  const own = invocations.getStore()
  if (own === undefined) throw new Error('this is no invocation')
  return own.isAlive ? own : new Promise<never>(() => {})
}

/** Gives all records of a shard, one batch after the other, again and again until each was answered for. */
export const deliver = async (handler: Consumer, records: readonly StreamRecord[], mapping: Mapping): Promise<void> => {
  let size = mapping.batchSize
  for (let from = 0; from < records.length; ) {
    const batch = records.slice(from, from + size)
    const invocation = { from, size: batch.length, isAlive: true }
    mapping.begins(invocation)
    const answer = await invoke(handler, batch, invocation, mapping)
    const next = answer === undefined ? from : from + checkpointOf(batch, answer)
    mapping.ends(invocation, next, answer !== undefined)
    size = answer === undefined && mapping.bisects ? Math.max(1, Math.ceil(size / 2)) : mapping.batchSize
    from = next
  }
}

/** What the function answers; `undefined` where it fails as a whole. */
const invoke = async (
  handler: Consumer,
  batch: readonly StreamRecord[],
  invocation: Invocation,
  { timeout, luck }: Mapping
): Promise<BatchResponse | undefined> => {
  const { killedAfter, isLost } = luck()
  const end = performance.now() + timeout
  const context = { getRemainingTimeInMillis: () => end - performance.now() }
  let timer: NodeJS.Timeout | undefined
  const killed = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), killedAfter ?? timeout)
  })
  const event: unknown = JSON.parse(JSON.stringify({ Records: batch }))
  const answered = invocations
    .run(invocation, () => handler(event as { Records: StreamRecord[] }, context))
    .catch(() => undefined)
  const answer = await Promise.race([answered, killed])
  clearTimeout(timer)
  invocation.isAlive = false
  return isLost ? undefined : answer
}

/** Lambda goes on at the lowest number that it is told, and begins anew where it is told one that it did not give. */
const checkpointOf = (batch: readonly StreamRecord[], { batchItemFailures }: BatchResponse): number => {
  const failed = batchItemFailures.map(({ itemIdentifier }) =>
    batch.findIndex(record => 'dynamodb' in record && record.dynamodb?.SequenceNumber === itemIdentifier)
  )
  return failed.length === 0 ? batch.length : Math.max(0, Math.min(...failed))
}
