// These checks look at what a value really is. `instanceof` trusts any prototype, throws on revoked proxies, and does
// not recognize values of another realm, such as a test runner's.

/** Whether the value is a plain object: `{}` of any realm, or an object without a prototype. */
export const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  try {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null && !isRoot(prototype)) return false
    return tagOf.call(value) === '[object Object]' // unlike Math, or arguments
  } catch {
    return false // a revoked proxy
  }
}

const tagOf = Object.prototype.toString

/**
 * A value that nobody can change once it is made, because its members are private or it is frozen. It needs no copy.
 */
export abstract class Immutable {}

/**
 * What `read` gives; `undefined` if it throws, because the value is a revoked proxy or of another kind than it seems.
 */
export const tried = <T, Read>(read: (value: T) => Read, value: T): Read | undefined => {
  try {
    return read(value)
  } catch {
    return undefined
  }
}

export const isImmutable = (value: unknown): value is Immutable => {
  try {
    return value instanceof Immutable
  } catch {
    return false // a revoked proxy; tried() is too slow here, since each value of where() passes
  }
}

/**
 * Stands for a value that cannot be read, such as a revoked proxy or bytes of a detached buffer. Every encoder refuses
 * it.
 */
export class Unreadable extends Immutable {}

/** Whether the object is another realm's Object.prototype. */
const isRoot = (prototype: object): boolean =>
  Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')

/** The copy of an array that has properties beside its elements. Encoders refuse it. */
export class NamedList extends Array<unknown> {}

/** Whether the value is an array. Instances of subclasses are not, except {@link NamedList}. */
export const isList = (value: unknown): value is readonly unknown[] => tried(isPlainList, value) === true

const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && (Array.isArray(Object.getPrototypeOf(value)) || value instanceof NamedList)

const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

/** Whether the value is a Uint8Array, such as a Buffer. */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && typeOf?.call(value) === 'Uint8Array'

const { has } = Set.prototype

/** Whether the value is a Set. Instances of subclasses are not. */
export const isSet = (value: unknown): value is ReadonlySet<unknown> => tried(isOwnSet, value) === true

const isOwnSet = (value: unknown): boolean => {
  has.call(value as Set<unknown>, 0) // throws if it is no Set
  return Object.hasOwn(Object.getPrototypeOf(value), 'forEach')
}

/** The elements of a set, even if it overrides its iterator. */
export const elementsIn = (set: ReadonlySet<unknown>): unknown[] => [...Set.prototype.values.call(set)]
