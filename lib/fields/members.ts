import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { MadeField } from './field.ts'
import { NamedList } from './kinds.ts'
import { define, enterMap, isNoName } from './record.ts'
import { type Report, within } from './report.ts'

/**
 * Encodes a list, each element with the same field. Holes and named properties are refused: they would shift elements
 * or be lost.
 */
export const encodeList = (
  list: readonly unknown[],
  of: Pick<MadeField, 'encode'>,
  report: Report
): AttributeValue | undefined => {
  if (list instanceof NamedList)
    return report.fail('has properties beside its elements, which cannot be stored: spread it, [...list]')
  if (!report.enter(list)) return undefined
  const L = new Array<AttributeValue>(list.length)
  for (let i = 0; i < list.length && report.fits(); i++) {
    report.path.push(i)
    const element = list[i]
    const stored = element === undefined ? report.fail(NO_ELEMENT) : of.encode(element, report)
    if (stored !== undefined) L[i] = stored
    report.path.pop()
  }
  report.leave()
  return { L }
}

const NO_ELEMENT = 'is nothing, and a list has no absent elements: leave it out'

/** Decodes the elements of a stored list or set. Throws Misfit. */
export const decodeList = <Output>(
  stored: readonly AttributeValue[],
  of: Pick<MadeField<Output, never>, 'decode'>,
  partial?: boolean
): Output[] => {
  const list = new Array<Output>(stored.length)
  let i = 0
  try {
    for (const element of stored) list[i++] = of.decode(element, partial)
  } catch (error) {
    throw within(i - 1, error, stored[i - 1])
  }
  return list
}

/** The elements of a list in their stored form; `undefined` for all else, since a client may give anything. */
export const storedEach = <T>(
  list: readonly T[] | undefined,
  stored: (element: T) => AttributeValue
): AttributeValue[] | undefined => (Array.isArray(list) ? list.map(stored) : undefined)

/** Encodes a map with any names, each value with the same field. `undefined` means absent. */
export const encodeMembers = (
  map: Readonly<Record<string, unknown>>,
  of: Pick<MadeField, 'encode'>,
  report: Report
): AttributeValue | undefined => {
  if (!enterMap(map, report)) return undefined
  const M: Record<string, AttributeValue> = {}
  for (const [name, value] of Object.entries(map)) {
    if (value === undefined) continue
    if (!report.fits(name.length)) break
    report.path.push(name)
    const stored = isNoName(name) ? report.fail('is no name for an attribute') : of.encode(value, report)
    if (stored !== undefined) M[name] = stored
    report.path.pop()
  }
  report.leave()
  return { M }
}

/** Decodes the members of a stored map with any names. Throws Misfit. */
export const decodeMembers = <Output>(
  stored: Readonly<Record<string, AttributeValue>>,
  decode: (element: AttributeValue) => Output
): Record<string, Output> => {
  const members: Record<string, Output> = {}
  for (const name of Object.keys(stored)) {
    const element = stored[name] as AttributeValue // it has this name
    try {
      const member = decode(element)
      if (name === '__proto__') define(members, name, member)
      else members[name] = member
    } catch (error) {
      throw within(name, error, element)
    }
  }
  return members
}
