import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { says } from './evaluate.ts'
import { type Path, placeIn } from './path.ts'
import { readOfAbsent } from './read-result.ts'
import { type Condition, joined, type Leaf, leaf, negation } from './tree.ts'

// Maps with attributes that can be absent have several stored forms that read the same. So a whole map is compared part
// by part.

const loose = new WeakMap<MadeField, boolean>()

/** Whether values of the field can have several stored forms that read the same. */
export const isLoose = ({ core }: MadeField): boolean => {
  const known = loose.get(core)
  if (known !== undefined) return known
  loose.set(core, false) // parts of texts and documents have the same field again
  const inside = core.members?.entries.map(({ field }) => field)
  const parts = inside ?? [core.element ?? (core.isMap ? core.step('') : undefined)]
  const answer = parts.some(part => part !== undefined && ((inside && isLooseMember(part)) || isLoose(part)))
  loose.set(core, answer)
  return answer
}

/** Whether a member that is absent reads like one that is stored: like its default, or like NULL. */
const isLooseMember = ({ traits }: MadeField): boolean =>
  traits.fallback !== undefined || (traits.isOptional === true && !traits.isNullable)

type AsRead = (given: Leaf, known: Path) => Condition

/** Splits a comparison of a whole value into tests of its parts; `undefined` if there is nothing to split. */
export const inParts = (given: Leaf, asRead: AsRead): Condition | undefined => {
  const { kind, subject, operands } = given
  if (!('path' in subject) || subject.isSize) return undefined
  const { path } = subject
  const values = operands.map(operand => ('value' in operand ? operand.value : undefined))
  if (kind === 'contains') {
    const { element } = path.field
    const forms = element && values[0] && isLoose(element) ? formsOf(element, values[0]) : undefined
    return (
      forms &&
      joined(
        'or',
        forms.map(value => leaf('contains', path, { value }))
      )
    )
  }
  if ((kind !== '=' && kind !== '<>' && kind !== 'in') || !isLoose(path.field)) return undefined
  const parts = values.map(
    (value, i) => (value && partsOf(path, value, asRead)) ?? leaf('=', path, ...operands.slice(i, i + 1))
  )
  if (parts.every(part => 'operands' in part)) return undefined
  const equal = joined('or', parts)
  return kind === '<>' ? negation(equal) : equal
}

/**
 * A condition that the value at a place, which is there, reads as this value; `undefined` if the value has no parts.
 */
const partsOf = (path: Path, { L, M }: AttributeValue, asRead: AsRead): Condition | undefined => {
  const at = (step: string | number, field: MadeField, value: AttributeValue | undefined): Condition => {
    const place = placeIn(path, step, field)
    return asRead(value === undefined ? leaf('missing', place) : leaf('=', place, { value }), path)
  }
  const { members, element } = path.field.core
  if (members !== undefined && isWhole(M))
    return joined(
      'and',
      members.entries.map(({ name, field }) => at(name, field, ownValue(M, name)))
    )
  const sized = (parts: readonly Condition[]): Condition => {
    const size: Leaf = {
      kind: '=',
      subject: { path, isSize: true },
      operands: [{ value: { N: String(parts.length) } }]
    }
    return joined('and', [size, ...parts])
  }
  if (element !== undefined && Array.isArray(L)) return sized(L.map((value, i) => at(i, element, value)))
  return isWhole(M)
    ? sized(Object.entries(M).map(([name, value]) => at(name, path.field.step(name) ?? path.field, value)))
    : undefined
}

/** A map that only a state machine knows is a text here. */
const isWhole = (map: unknown): map is Readonly<Record<string, AttributeValue>> => typeof map === 'object'

/** The most stored forms of an operand of contains(), each of which becomes an operand. */
const MAX_FORMS = 100

/** All stored forms that read as this value; `undefined` if there are too many. */
export const formsOf = (field: MadeField, value: AttributeValue): readonly AttributeValue[] | undefined => {
  const { members, element } = field.core
  const { L, M } = value
  if (!isLoose(field)) return [value]
  if (Array.isArray(L) && element) {
    const all = product(L.map(inner => formsOf(element, inner)))
    return all?.map(list => ({ L: list.filter(inner => inner !== undefined) }))
  }
  if (!isWhole(M)) return [value]
  const names = members ? members.entries.map(({ name }) => name) : Object.keys(M)
  const all = product(
    names.map(name => {
      const inner = (members ? members.field(name) : field.core.step(name)) ?? field
      const given = ownValue(M, name)
      return members ? formsOfMember(inner, name, given) : given && formsOf(inner, given)
    })
  )
  return all?.map(list => ({
    M: Object.fromEntries(list.flatMap((inner, i) => (inner === undefined ? [] : [[names[i] ?? '', inner]])))
  }))
}

type Form = AttributeValue | undefined

const formsOfMember = (field: MadeField, name: string, value: Form): readonly Form[] | undefined => {
  const forms = value && formsOf(field, value)
  if (value && forms === undefined) return undefined
  const place: Path = { steps: [name], field }
  const absent = readOfAbsent(place)
  const isRead =
    absent !== undefined &&
    (value === undefined || absent.value === undefined
      ? value === absent.value
      : says(leaf('=', place, { value }), () => absent.value) === true)
  const gone: readonly Form[] = !isRead ? [] : field.traits.isNullable ? [undefined] : [undefined, { NULL: true }]
  return [...(forms ?? []), ...gone]
}

/** All combinations of one choice each; `undefined` if there are too many. */
const product = <T>(choices: readonly (readonly T[] | undefined)[]): T[][] | undefined => {
  let all: T[][] = [[]]
  for (const some of choices) {
    if (some === undefined || all.length * some.length > MAX_FORMS) return undefined
    all = all.flatMap(begun => some.map(one => [...begun, one]))
  }
  return all
}
