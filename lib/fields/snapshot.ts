import { type Copy, spread } from '../keys/generated.ts'
import type { Attributes } from './attributes.ts'
import { Immutable, isBytes, isImmutable, isPlain, isSet, NamedList, tried, Unreadable } from './kinds.ts'
import { define, isNameless, isRecord } from './record.ts'

/** The deepest level to copy. The encoder refuses deeper values. */
const MAX_COPIED = 40

/**
 * The builder's own copy of a value, so that later changes of the value do not reach the builder. Plain objects,
 * arrays, sets, maps, dates and bytes are copied deeply, also those of other realms and of classes that extend Date or
 * Uint8Array. Each property is read once. Other values stay the same: instances of classes, functions, params. Cycles
 * and shared values stay so in the copy.
 */
export const snapshot = <T>(value: T): T => (isObject(value) ? (copyOf(value) as T) : value) // a copy has the same type

const copyOf = (value: object): unknown => {
  if (isImmutable(value)) return value
  const date = dateCopy(value)
  if (date !== undefined) return date
  return isPlain(value) ? plainOf(value, undefined, 0) : new Copier().container(value, 0)
}

/**
 * A snapshot of an item or key. For an instance of a class, it has the own properties, and those that the class defines
 * under the names of attributes.
 */
export const snapshotOf = <T>(record: T, attributes?: Pick<Attributes, 'names' | 'copy'>): T => {
  if (isPlain(record)) return plainOf(record, undefined, 0, attributes?.copy) as T // a copy has the same type
  // A value without names is kept, so that a later check refuses it.
  if (!isRecord(record) || (!attributes && isNameless(record))) return snapshot(record)
  const copy = membersOf(record, undefined, 0)
  for (const name of attributes?.names ?? []) if (!(name in copy) && name in record) copy[name] = snapshot(record[name])
  return copy as T // it has the members that are asked for
}

/** The copy of a Date; `undefined` for all else. A Date holds no other objects, so no cycle can lead back to it. */
const dateCopy = (value: object): Date | undefined => {
  try {
    return Object.getPrototypeOf(value) === Date.prototype ? new Date(timeOf(value)) : undefined
  } catch {
    return undefined // it only looks like a Date
  }
}

const { getTime } = Date.prototype
const timeOf = (value: object): number => getTime.call(value)
const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value)
const entriesOf = (value: object) =>
  prototypeOf(value) === Map.prototype ? [...Map.prototype.entries.call(value)] : undefined
const bytesOf = (bytes: Uint8Array): Uint8Array => sameClass(bytes, Uint8Array, new Uint8Array(bytes))

/** Gives the copy the value's own prototype, unless that is another realm's. */
const sameClass = <Copy extends object>(value: object, kind: new () => object, copy: Copy): Copy =>
  value instanceof kind ? Object.setPrototypeOf(copy, prototypeOf(value)) : copy

type Members = Record<string, unknown>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A plain object with the object's own members. Most hold no objects, and need no copier. */
const membersOf = (value: object, known: Copier | undefined, depth: number, copied = spread): Members => {
  const copy = copied(value)
  let copier: Copier | undefined
  for (const name in copy) {
    const member = copy[name]
    if (typeof member !== 'object' || member === null || !Object.hasOwn(copy, name)) continue
    const date = dateCopy(member)
    if (date !== undefined) {
      copy[name] = date
      continue
    }
    if (copier === undefined) {
      copier = known ?? new Copier()
      copier.note(value, copy)
    }
    copy[name] = copier.container(member, depth + 1)
  }
  return copy
}

const plainOf = (value: object, known: Copier | undefined, depth: number, copied?: Copy): Members => {
  const copy = membersOf(value, known, depth, copied)
  return Object.getPrototypeOf(value) === null ? Object.setPrototypeOf(copy, null) : copy
}

/** A copied container and its copy, in a linked list. */
class Known {
  static readonly alive: object = new Known({}, {}, undefined, 0)
  constructor(
    readonly original: object,
    readonly copy: object,
    readonly before: Known | undefined,
    readonly count: number
  ) {}
}

/** Up to this many containers are searched one by one, which is faster than a map. */
const FEW = 12

class Copier {
  static readonly alive: object = new Copier()
  /** The containers copied so far. Only containers can be part of a cycle, or multiply with each level. */
  #last: Known | undefined
  #byOriginal: Map<object, object> | undefined

  /** The copy of an object, or the object itself if it needs none. */
  of(value: object, depth: number): unknown {
    return dateCopy(value) ?? this.container(value, depth)
  }

  /** The same for an object that is no Date. */
  container(value: object, depth: number): unknown {
    if (depth > MAX_COPIED) return value
    const known = this.#known(value)
    if (known !== undefined) return known
    const isList = tried(Array.isArray, value)
    if (isList === undefined) return new Unreadable()
    if (isList) return this.#list(value as readonly unknown[], depth) // tried(Array.isArray) says so
    return isPlain(value) ? plainOf(value, this, depth) : this.#builtIn(value, depth)
  }

  /** Copies an array with its holes. One with named properties becomes a NamedList, which encoders refuse. */
  #list(value: readonly unknown[], depth: number): unknown {
    const { length } = value
    if (typeof length !== 'number' || length >>> 0 !== length) return this.note(value, new Unreadable()) // a proxy can claim any length
    const names = Object.keys(value)
    const last = names[names.length - 1]
    // Names come behind the indexes: where the last index stands last, there are only indexes.
    const isDense = names.length === length && (length === 0 || last === String(length - 1))
    const hasNames = !isDense && last !== undefined && !isIndex(last, length)
    const copy: unknown[] = this.note(value, hasNames ? new NamedList() : new Array(length))
    if (isDense) for (let i = 0; i < length; i++) copy[i] = this.#element(value[i], depth)
    else {
      copy.length = length
      for (const name of names) define(copy, name, this.#element(Reflect.get(value, name), depth))
    }
    const prototype: object | null = Object.getPrototypeOf(value)
    return hasNames || prototype === Array.prototype ? copy : Object.setPrototypeOf(copy, prototype)
  }

  #builtIn(value: object, depth: number): unknown {
    if (value instanceof Immutable) return value
    if (isBytes(value)) return tried(bytesOf, value) ?? new Unreadable()
    if (isSet(value)) {
      const copy = this.note(value, new Set<unknown>())
      Set.prototype.forEach.call(value, element => copy.add(this.#element(element, depth)))
      return copy
    }
    const entries = tried(entriesOf, value)
    if (entries !== undefined) {
      const copy = this.note(value, new Map<unknown, unknown>())
      for (const [key, member] of entries) copy.set(this.#element(key, depth), this.#element(member, depth))
      return copy
    }
    const time = tried(timeOf, value)
    if (time === undefined) return value
    const copy = this.note(value, sameClass(value, Date, new Date(time)))
    for (const [name, member] of Object.entries(value)) define(copy, name, this.#element(member, depth))
    return copy
  }

  #element(value: unknown, depth: number): unknown {
    return isObject(value) ? this.of(value, depth + 1) : value
  }

  #known(value: object): object | undefined {
    if (this.#byOriginal !== undefined) return this.#byOriginal.get(value)
    for (let known = this.#last; known !== undefined; known = known.before)
      if (known.original === value) return known.copy
    return undefined
  }

  note<Copy extends object>(value: object, copy: Copy): Copy {
    if (this.#byOriginal === undefined && this.#last?.count === FEW) {
      this.#byOriginal = new Map()
      for (let known: Known | undefined = this.#last; known !== undefined; known = known.before)
        this.#byOriginal.set(known.original, known.copy)
    }
    if (this.#byOriginal !== undefined) this.#byOriginal.set(value, copy)
    else this.#last = new Known(value, copy, this.#last, (this.#last?.count ?? 0) + 1)
    return copy
  }
}

/** Whether the name is an index below the length. '-1' and '0.5' are less, but are names. */
const isIndex = (name: string, length: number): boolean => Number(name) < length && String(Number(name) >>> 0) === name
