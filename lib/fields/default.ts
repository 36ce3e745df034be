import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Issue } from '../errors.ts'
import type { MadeField, Traits } from './field.ts'
import { Misfit, Report } from './report.ts'

/** What `.default(value)` says of a field. A value that is the same each time is encoded once, and decoded for each use. */
export const defaultOf = (field: MadeField, value: unknown): Pick<Traits, 'fallback' | 'isFixed' | 'unfit'> => {
  if (typeof value === 'function') return { fallback: value as () => unknown, isFixed: false, unfit: [] } // the type's one function
  const report = new Report(true)
  const stored = field.encode(value, report)
  if (report.issues.length > 0 || stored === undefined)
    return { fallback: () => value, isFixed: false, unfit: report.issues }
  if (report.asksFunction) return { fallback: () => structuredClone(value), isFixed: false, unfit: [] }
  const kept = detached(stored)
  const read = field.decode(kept)
  const isShared = typeof read !== 'object' || read === null
  return { fallback: isShared ? () => read : () => field.decode(detached(kept)), isFixed: true, unfit: [] }
}

/** A value as a read would give it, had a write stored it. Throws Misfit if it does not fit. */
export const asRead = (field: MadeField, value: unknown): unknown => {
  const report = new Report()
  const stored = field.encode(value, report)
  const [issue] = report.issues
  if (issue !== undefined || stored === undefined)
    throw new Misfit(`the default does not fit: ${issue?.message ?? 'it cannot be stored'}`, issue?.path)
  return field.decode(detached(stored))
}

/** Issues of a field that is inside another. */
export const inside = (step: string | number, issues: readonly Issue[]): Issue[] =>
  issues.map(({ path, message }) => ({ path: [step, ...path], message }))

/** A stored value of which reads may have the bytes. */
const detached = (stored: AttributeValue): AttributeValue => (hasBytes(stored) ? structuredClone(stored) : stored)

const hasBytes = ({ B, BS, L, M }: AttributeValue): boolean =>
  B !== undefined || BS !== undefined || (L?.some(hasBytes) ?? (M !== undefined && Object.values(M).some(hasBytes)))
