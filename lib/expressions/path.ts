import { cut } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import type { MadeField } from '../fields/field.ts'
import { isNoName } from '../fields/record.ts'
import type { Report } from '../fields/report.ts'
import { TEXT } from '../fields/scalars.ts'

/** A place in an item: its steps from the top, and the field of its value. */
export interface Path {
  readonly steps: readonly (string | number)[]
  readonly field: MadeField
  /** The field of the map or list around it. */
  readonly parent?: MadeField | undefined
  /** The place of that map or list; `undefined` for a top-level attribute. */
  readonly holder?: Path | undefined
}

/** The place of an attribute without a field, such as a key. */
export const placeOf = (name: string): Path => ({ steps: [name], field: TEXT })

/** The place of a step inside another place. */
export const placeIn = (holder: Path, step: string | number, field: MadeField): Path => ({
  steps: [...holder.steps, step],
  field,
  parent: holder.field,
  holder
})

/** Whether both are the same place. */
export const isSamePath = ({ steps: a }: Path, { steps: b }: Path): boolean =>
  a.length === b.length && a.every((step, i) => step === b[i])

const STEP = /([^.[\]]+)|\[(\d+)\]/g
const WHOLE = /^[^.[\]]+(?:\.[^.[\]]+|\[\d+\])*$/

/** The place that a name or path names below `from`. If there is none: `undefined`, and an issue. */
export const resolvePath = (
  root: Attributes,
  from: Path | undefined,
  text: string,
  report: Report
): Path | undefined => {
  const whole = text === '' ? undefined : stepFrom(root, from, text) // a name can hold dots
  if (whole !== undefined) return whole
  if (typeof text !== 'string' || !WHOLE.test(text))
    return report.fail(`is neither an attribute nor a path such as 'address.city' or 'lines[0].sku'`)
  let path = from
  for (const [step, name, index] of text.matchAll(STEP)) {
    const next = stepFrom(root, path, name ?? Number(index))
    if (next === undefined)
      return report.fail(path === undefined ? root.problemOf(String(step)) : `has nothing at '${cut(step, 40)}'`)
    path = next
  }
  return path
}

const stepFrom = (root: Attributes, path: Path | undefined, step: string | number): Path | undefined => {
  if (path === undefined) {
    const field = typeof step === 'string' ? root.field(step) : undefined
    return field && { steps: [step], field }
  }
  const field = isNoName(step) ? undefined : path.field.step(step) // otherwise a map with any names would accept it
  return field && placeIn(path, step, field)
}
