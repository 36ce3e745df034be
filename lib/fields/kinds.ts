// What a value really is: `instanceof` believes whatever has the prototype, throws on revoked proxies, and does not know what
// another realm has made, such as a test runner's.

/** Whether a value is an object whose own members are all that it is: `{}`, of any realm, or without a prototype. */
export const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== 'object' || value === null) return false
  try {
    const prototype: object | null = Object.getPrototypeOf(value)
    if (tagOf.call(value) !== '[object Object]') return false // such as Math, or arguments
    return prototype === Object.prototype || prototype === null || isRoot(prototype)
  } catch {
    return false // a revoked proxy
  }
}

const tagOf = Object.prototype.toString

/** What nobody can change once it is made: its members are private, or it is frozen. It need not be copied. */
export abstract class Fixed {}

/** What is read of a value; `undefined` where it is a revoked proxy, or only looks like what can be read so. */
export const tried = <T, Read>(read: (value: T) => Read, value: T): Read | undefined => {
  try {
    return read(value)
  } catch {
    return undefined
  }
}

export const isFixed = (value: unknown): value is Fixed => {
  try {
    return value instanceof Fixed
  } catch {
    return false // a revoked proxy; not by tried(), since each value of where() passes here
  }
}

/** Stands for what cannot be read, such as a revoked proxy, or bytes whose buffer is gone: no encoder takes it. */
export class Unreadable extends Fixed {}

/** Whether it is another realm's Object.prototype. */
const isRoot = (prototype: object): boolean =>
  Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')

/** The copy of an array that has names beside its elements, which could not be stored. */
export class NamedList extends Array<unknown> {}

/** Whether a value is an array, and no instance of a class of such but {@link NamedList}. */
export const isList = (value: unknown): value is readonly unknown[] => tried(isPlainList, value) === true

const isPlainList = (value: unknown): boolean =>
  Array.isArray(value) && (Array.isArray(Object.getPrototypeOf(value)) || value instanceof NamedList)

const typeOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get

/** Whether a value is a Uint8Array, such as a Buffer. */
export const isBytes = (value: unknown): value is Uint8Array =>
  ArrayBuffer.isView(value) && typeOf?.call(value) === 'Uint8Array'

const { has } = Set.prototype

/** Whether a value is a Set, and no instance of a class of such. */
export const isSet = (value: unknown): value is ReadonlySet<unknown> => tried(isOwnSet, value) === true

const isOwnSet = (value: unknown): boolean => {
  has.call(value as Set<unknown>, 0) // throws where it is none
  return Object.hasOwn(Object.getPrototypeOf(value), 'forEach')
}

/** The elements of a set, whatever it says of itself. */
export const elementsIn = (set: ReadonlySet<unknown>): unknown[] => [...Set.prototype.values.call(set)]

/** What Node calls to print an object. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

export type Print = (value: unknown, options: unknown) => string

/** The arguments of a method that Node calls to print an object. */
export type Inspected = readonly [depth: unknown, options: unknown, print: Print]
