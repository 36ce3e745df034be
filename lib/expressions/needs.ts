import type { MadeField } from '../fields/field.ts'
import { Report } from '../fields/report.ts'
import { absentValue, MISSING } from './absent.ts'
import type { Path } from './path.ts'

/** The changes that start from the stored value. */
export type StartingChange = keyof typeof NEEDS

// The types are tried out with a sample, since a schema or a document takes several.

export const takesNumbers = (field: MadeField): boolean => [0, 0n].some(zero => field.encode(zero, new Report())?.N)
const takesLists = (field: MadeField): boolean => field.encode([], new Report())?.L !== undefined
const takesSets = (field: MadeField): boolean =>
  field.encode(new Set(['a']), new Report())?.SS !== undefined ||
  (field.element !== undefined && field.scalar === undefined && !takesLists(field))

/** The type of field that each change needs. */
export const NEEDS = {
  plus: { what: 'number', fits: takesNumbers },
  minus: { what: 'number', fits: takesNumbers },
  append: { what: 'list', fits: takesLists },
  prepend: { what: 'list', fits: takesLists },
  addTo: { what: 'set', fits: takesSets },
  deleteFrom: { what: 'set', fits: takesSets }
} as const

/** Whether the field is a map with any names. */
export const takesAnyName = (field: MadeField | undefined): boolean => field?.step('') !== undefined

/** Whether a read fails without the value at the path. Elements of lists and of maps with any names can go. */
export const mustStay = ({ steps, field, parent }: Path): boolean =>
  typeof steps.at(-1) !== 'number' && !takesAnyName(parent) && absentValue(field) === MISSING

/** The most that plus() and minus() take for an integer: the sum of two such numbers can still be read. */
export const MAX_AMOUNT = 2 ** 52
