import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { compareDecimals } from '../fields/decimal.ts'
import { hasNoParam } from '../keys/param.ts'
import type { Path } from './path.ts'
import type { Condition, Leaf, Operand, Subject } from './tree.ts'

/** Whether a condition holds; `undefined` if that depends on a param. */
export type Truth = boolean | undefined

/** DynamoDB's result for an item that has none of the condition's attributes. */
export const holdsOfNothing = (condition: Condition): Truth => {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const decides = condition.kind === 'or'
      const all = condition.conditions.map(holdsOfNothing)
      return all.includes(decides) ? decides : all.includes(undefined) ? undefined : !decides
    }
    case 'not': {
      const holds = holdsOfNothing(condition.condition)
      return holds === undefined ? undefined : !holds
    }
    case 'constant':
      return condition.holds
    default:
      return says(condition, () => undefined)
  }
}

/** DynamoDB's result for a leaf. `at` gives the stored values of its places. */
export const says = ({ kind, subject, operands }: Leaf, at: (path: Path) => AttributeValue | undefined): Truth => {
  const stored = (operand: Operand) => ('path' in operand ? at(operand.path) : operand.value)
  const found = foundAt(subject, stored)
  if (kind === 'exists' || kind === 'missing') return (found !== undefined) === (kind === 'exists')
  if (found === undefined) return kind === '<>'
  const others = operands.map(stored)
  if (![found, ...others].every(hasNoParam)) return undefined
  const [first, second] = others
  switch (kind) {
    case 'in':
      return others.some(other => isEqual(found, other))
    case 'between':
      return isOrdered('>=', found, first) && isOrdered('<=', found, second)
    case '=':
      return isEqual(found, first)
    case '<>':
      return !isEqual(found, first)
    case 'begins_with':
      return beginsWith(found, first)
    case 'contains':
      return contains(found, first)
    case 'attribute_type':
      return first?.S !== undefined && Object.hasOwn(found, first.S)
    default:
      return isOrdered(kind, found, first)
  }
}

const foundAt = (subject: Subject, stored: (operand: Operand) => AttributeValue | undefined) => {
  const found = stored(subject)
  return 'isSize' in subject && subject.isSize && found ? sizeOf(found) : found
}

type Found = AttributeValue | undefined

/** The result of DynamoDB's size(); `undefined` for types without a size. */
export const sizeOf = ({ S, B, SS, NS, BS, L, M }: AttributeValue): Found => {
  const size = S?.length ?? B?.length ?? (SS ?? NS ?? BS ?? L)?.length ?? (M && Object.keys(M).length)
  return size === undefined ? undefined : { N: String(size) }
}

const isOrdered = (comparator: '<' | '<=' | '>' | '>=', a: Found, b: Found): boolean => {
  const order = orderOf(a, b)
  if (order === undefined) return false
  if (order === 0) return comparator.endsWith('=')
  return comparator.startsWith('<') === order < 0
}

/** Compares in DynamoDB's order: negative, zero or positive; `undefined` if the values have no order. */
export const orderOf = (a: Found, b: Found): number | undefined => {
  if (a?.N !== undefined && b?.N !== undefined) return compareDecimals(a.N, b.N)
  const [first, second] = [bytesOf(a), bytesOf(b)]
  return first && second && (a?.S === undefined) === (b?.S === undefined) ? Buffer.compare(first, second) : undefined
}

const bytesOf = (value: Found): Uint8Array | undefined => (value?.S === undefined ? value?.B : Buffer.from(value.S))

const isEqual = (a: Found, b: Found): boolean => {
  if (a === undefined || b === undefined) return false
  if (a.BOOL !== undefined) return a.BOOL === b.BOOL
  if (a.NULL !== undefined) return b.NULL !== undefined
  if (a.L !== undefined) return a.L.length === b.L?.length && a.L.every((element, i) => isEqual(element, b.L?.[i]))
  if (a.M !== undefined) {
    const others = b.M
    const names = Object.keys(a.M)
    return (
      others !== undefined &&
      names.length === Object.keys(others).length &&
      names.every(name => Object.hasOwn(others, name) && isEqual(a.M?.[name], others[name]))
    )
  }
  const [elements, others] = [setElements(a), setElements(b)]
  if (elements === undefined || others === undefined) return orderOf(a, b) === 0
  return elements.length === others.length && elements.every(element => others.some(other => isEqual(element, other)))
}

const setElements = ({ SS, NS, BS }: AttributeValue): AttributeValue[] | undefined =>
  SS?.map(S => ({ S })) ?? NS?.map(N => ({ N })) ?? BS?.map(B => ({ B }))

const beginsWith = (found: AttributeValue, start: Found): boolean => {
  if (found.S !== undefined) return start?.S !== undefined && found.S.startsWith(start.S)
  const head = found.B && start?.B && Buffer.from(found.B.subarray(0, start.B.length))
  return head !== undefined && start?.B !== undefined && head.equals(start.B)
}

const contains = (found: AttributeValue, part: Found): boolean => {
  if (found.S !== undefined) return part?.S !== undefined && found.S.includes(part.S)
  if (found.B !== undefined) return part?.B !== undefined && Buffer.from(found.B).includes(Buffer.from(part.B))
  return (found.L ?? setElements(found) ?? []).some(element => isEqual(element, part))
}
