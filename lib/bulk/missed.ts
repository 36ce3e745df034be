import { ConditionFailed, ItemNotFound, TransactionCancelled } from '../errors.ts'

interface Miss {
  readonly why: 'changed' | 'gone'
  readonly item: unknown
}

/** Why a conditional write did not find its item as expected; `undefined` for any other error. */
export const missed = (error: unknown): Miss | undefined => {
  if (error instanceof ItemNotFound) return { why: 'gone', item: undefined }
  if (error instanceof ConditionFailed) return missedBy(error.data)
  if (!(error instanceof TransactionCancelled)) return undefined
  const [reason] = error.data.reasons
  return reason?.code === 'ConditionFailed' || reason?.code === 'ItemNotFound' ? missedBy(reason) : undefined
}

const missedBy = ({ reason, item }: { readonly reason?: string | undefined; readonly item: unknown }): Miss => ({
  why: reason === 'missing' ? 'gone' : 'changed',
  item
})
