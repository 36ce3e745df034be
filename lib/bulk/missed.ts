import { ConditionFailed, ItemNotFound, TransactionCancelled } from '../errors.ts'

interface Miss {
  readonly why: 'changed' | 'gone'
  readonly item: unknown
}

/** Why a write that looks at its item did not find it as it was; `undefined` if something else went wrong. */
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
