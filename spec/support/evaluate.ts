/**
 * What a condition says of an item, worked out in memory from the objects that users write, by DynamoDB's rules. Shares
 * no code with the library but the classes of its operators.
 */
import { AttributeOperand, MadeCombination, MadeOperator } from '../../lib/expressions/operators.ts'

export type PlainItem = Readonly<Record<string, unknown>>

/** Names of attributes whose dates are stored as seconds, which makes them numbers. */
export type Seconds = readonly string[]

/** A value by DynamoDB's type. Numbers are exact: an integer, divided by a power of ten. */
type Stored =
  | { readonly type: 'S' | 'B'; readonly bytes: Buffer }
  | { readonly type: 'N'; readonly digits: bigint; readonly scale: number }
  | { readonly type: 'BOOL'; readonly flag: boolean }
  | { readonly type: 'NULL' }
  | { readonly type: 'L' | 'SS' | 'NS' | 'BS'; readonly elements: readonly Stored[] }
  | { readonly type: 'M'; readonly entries: ReadonlyMap<string, Stored> }

/** Whether all the conditions hold. */
export const evaluate = (conditions: readonly unknown[], item: PlainItem, seconds: Seconds = []): boolean =>
  conditions.every(condition => holds(condition, item, seconds))

const holds = (condition: unknown, item: PlainItem, seconds: Seconds): boolean => {
  if (condition instanceof MadeCombination) {
    const parts = condition.conditions.map(part => holds(part, item, seconds))
    if (condition.kind === 'not') return !parts[0]
    return condition.kind === 'anyOf' ? parts.includes(true) : !parts.includes(false)
  }
  return Object.entries(condition as PlainItem).every(([path, test]) => passes(path, test, item, seconds))
}

const passes = (path: string, test: unknown, item: PlainItem, seconds: Seconds): boolean => {
  if (isPlainObject(test)) return Object.entries(test).every(([name, t]) => passes(`${path}.${name}`, t, item, seconds))
  const read = (at: string): Stored | undefined => storedAt(item, at, seconds)
  const operand = (value: unknown): Stored | undefined =>
    value instanceof AttributeOperand ? read(value.path) : stored(value, seconds.includes(path))
  const found = read(path)
  if (!(test instanceof MadeOperator)) return compare('eq', found, operand(test))
  const { kind, operands } = test as MadeOperator
  if (kind === 'exists' || kind === 'missing') return (found !== undefined) === (kind === 'exists')
  if (kind === 'attributeType') return found?.type === operands[0]
  if (kind === 'beginsWith') return beginsWith(found, operand(operands[0]))
  if (kind === 'contains') return contains(found, operand(operands[0]))
  if (kind !== 'size') return compare(kind, found, ...operands.map(operand))
  const of = operands[0] instanceof MadeOperator ? operands[0] : new MadeOperator('eq', [operands[0]])
  return compare(of.kind, sizeOf(found), ...of.operands.map(operand))
}

/** A comparison with what is not there, or is of another type, does not hold; so `ne`, its opposite for `eq`, does. */
const compare = (kind: string, found: Stored | undefined, ...operands: readonly (Stored | undefined)[]): boolean => {
  const [first, second] = operands
  if (kind === 'oneOf') return operands.some(operand => isEqual(found, operand))
  if (kind === 'between') return compare('gte', found, first) && compare('lte', found, second)
  if (kind === 'eq') return isEqual(found, first)
  if (kind === 'ne') return !isEqual(found, first)
  const order = orderOf(found, first)
  if (order === undefined) return false
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[kind] ?? false
}

/** Negative, zero or positive; `undefined` where there is no order. Text goes by its UTF-8 bytes. */
const orderOf = (a: Stored | undefined, b: Stored | undefined): number | undefined => {
  if (a === undefined || b === undefined) return undefined
  if (a.type === 'N' && b.type === 'N') {
    const scale = Math.max(a.scale, b.scale)
    const [first, second] = [a, b].map(({ digits, scale: own }) => digits * 10n ** BigInt(scale - own)) as [
      bigint,
      bigint
    ]
    return first < second ? -1 : first > second ? 1 : 0
  }
  return 'bytes' in a && 'bytes' in b && a.type === b.type ? Buffer.compare(a.bytes, b.bytes) : undefined
}

const isEqual = (a: Stored | undefined, b: Stored | undefined): boolean => {
  if (a === undefined || b === undefined || a.type !== b.type) return false
  if ('flag' in a && 'flag' in b) return a.flag === b.flag
  if ('entries' in a && 'entries' in b)
    return (
      a.entries.size === b.entries.size && [...a.entries].every(([name, value]) => isEqual(value, b.entries.get(name)))
    )
  if ('elements' in a && 'elements' in b) {
    const others = b.elements
    if (a.elements.length !== others.length) return false
    return a.type === 'L'
      ? a.elements.every((element, i) => isEqual(element, others[i]))
      : a.elements.every(element => others.some(other => isEqual(element, other)))
  }
  return a.type === 'NULL' || orderOf(a, b) === 0
}

const beginsWith = (found: Stored | undefined, start: Stored | undefined): boolean =>
  found !== undefined &&
  start?.type === found.type &&
  'bytes' in found &&
  'bytes' in start &&
  found.bytes.subarray(0, start.bytes.length).equals(start.bytes)

const contains = (found: Stored | undefined, part: Stored | undefined): boolean => {
  if (found === undefined || part === undefined) return false
  if ('elements' in found) return found.elements.some(element => isEqual(element, part))
  return 'bytes' in found && 'bytes' in part && found.type === part.type && found.bytes.includes(part.bytes)
}

/** Of text the length in UTF-16, as the engines count; `undefined` for what has no size. */
const sizeOf = (found: Stored | undefined): Stored | undefined => {
  if (found === undefined) return undefined
  if ('elements' in found) return stored(found.elements.length, false)
  if ('entries' in found) return stored(found.entries.size, false)
  if (found.type === 'S') return stored(found.bytes.toString().length, false)
  return found.type === 'B' ? stored(found.bytes.length, false) : undefined
}

const storedAt = (item: PlainItem, path: string, seconds: Seconds): Stored | undefined => {
  let value: unknown = item
  for (const step of Object.hasOwn(item, path) ? [path] : path.split(/[.[\]]+/).filter(Boolean)) {
    const isContainer = Array.isArray(value) || isPlainObject(value)
    value = isContainer && Object.hasOwn(value as object, step) ? (value as PlainItem)[step] : undefined
  }
  if (value === undefined) return undefined
  // What is stored has whole seconds; what it is compared with is an instant.
  if (value instanceof Date && seconds.includes(path)) return decimal(String(Math.floor(value.getTime() / 1000)))
  return stored(value, false)
}

const stored = (value: unknown, isSeconds: boolean): Stored => {
  if (value === null) return { type: 'NULL' }
  if (typeof value === 'string') return { type: 'S', bytes: Buffer.from(value) }
  if (typeof value === 'boolean') return { type: 'BOOL', flag: value }
  if (typeof value === 'number' || typeof value === 'bigint') return decimal(String(value))
  if (value instanceof Date)
    return isSeconds ? decimal(String(value.getTime() / 1000)) : stored(value.toISOString(), false)
  if (value instanceof Uint8Array) return { type: 'B', bytes: Buffer.from(value) }
  if (value instanceof Set) {
    const elements = [...value].map(element => stored(element, false))
    const type = elements[0]?.type
    return { type: type === 'S' ? 'SS' : type === 'N' ? 'NS' : 'BS', elements }
  }
  if (Array.isArray(value)) return { type: 'L', elements: value.map(element => stored(element, false)) }
  const present = Object.entries(value as PlainItem).filter(([, inner]) => inner !== undefined)
  return { type: 'M', entries: new Map(present.map(([name, inner]) => [name, stored(inner, false)])) }
}

const decimal = (text: string): Stored => {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const scale = fraction.length - Number(exponent)
  const digits = BigInt(whole + fraction)
  return scale < 0 ? { type: 'N', digits: digits * 10n ** BigInt(-scale), scale: 0 } : { type: 'N', digits, scale }
}

const isPlainObject = (value: unknown): value is PlainItem =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
