import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Issue } from '../errors.ts'
import type { MadeField, Traits } from './field.ts'
import { Misfit, Report } from './report.ts'

/** The traits of `.default(value)`. A constant is encoded once, and decoded for each use. */
export const traitsOfDefault = (field: MadeField, value: unknown): Pick<Traits, 'fallback' | 'isFixed' | 'unfit'> => {
  if (typeof value === 'function') return { fallback: value as () => unknown, isFixed: false, unfit: [] } // the only function allowed
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

/** The value as a read gives it after a write. Throws Misfit if it does not fit. */
export const readBack = (field: MadeField, value: unknown): unknown => {
  const report = new Report()
  const stored = field.encode(value, report)
  const [issue] = report.issues
  if (issue !== undefined || stored === undefined)
    throw new Misfit(`the default does not fit: ${issue?.message ?? 'it cannot be stored'}`, issue?.path)
  return field.decode(detached(stored))
}

/** The issues of a field, with their paths as seen from outside. */
export const inside = (step: string | number, issues: readonly Issue[]): Issue[] =>
  issues.map(({ path, message }) => ({ path: [step, ...path], message }))

/** A stored value that a reader can keep: one with bytes is copied, because decoders return the bytes themselves. */
const detached = (stored: AttributeValue): AttributeValue => (hasBytes(stored) ? structuredClone(stored) : stored)

const hasBytes = ({ B, BS, L, M }: AttributeValue): boolean =>
  B !== undefined || BS !== undefined || (L?.some(hasBytes) ?? (M !== undefined && Object.values(M).some(hasBytes)))
