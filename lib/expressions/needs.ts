import type { MadeField } from '../fields/field.ts'
import { Report } from '../fields/report.ts'
import { absentValue, MISSING } from './absent.ts'
import type { Path } from './path.ts'

/** The changes that start from the stored value. */
export type StartingChange = keyof typeof NEEDS

export const isNumber = (field: MadeField): boolean => [0, 0n].some(zero => field.encode(zero, new Report())?.N)
const isList = (field: MadeField): boolean => field.encode([], new Report())?.L !== undefined
const isSet = (field: MadeField): boolean =>
  field.encode(new Set(['a']), new Report())?.SS !== undefined ||
  (field.element !== undefined && field.scalar === undefined && !isList(field))

/** The type of field that each change needs. */
export const NEEDS = {
  plus: { what: 'number', fits: isNumber },
  minus: { what: 'number', fits: isNumber },
  append: { what: 'list', fits: isList },
  prepend: { what: 'list', fits: isList },
  addTo: { what: 'set', fits: isSet },
  deleteFrom: { what: 'set', fits: isSet }
} as const

/** Whether the field is a map with any names. */
export const takesAnyName = (field: MadeField | undefined): boolean => field?.step('') !== undefined

/** Whether a read fails without the value at the path. Elements of lists and of maps with any names can go. */
export const mustStay = ({ steps, field, parent }: Path): boolean =>
  typeof steps.at(-1) !== 'number' && !takesAnyName(parent) && absentValue(field) === MISSING

/** The sum of two such numbers can be read. */
export const MAX_STEP = 2 ** 52
