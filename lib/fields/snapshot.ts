import { isPlain } from './kinds.ts'
import { isRecord } from './record.ts'

/** What is nested deeper than this is refused when it is encoded, and so need not be copied. */
const MAX_COPIED = 40

/**
 * What a builder keeps of a value that it is given, so that what happens to the value afterwards does not reach the builder:
 * plain objects, arrays, sets, maps, dates and bytes are copied deeply, and each property is read once. All else stays what it
 * is: instances of classes, functions, params. What holds itself, or another value many times, does so in the copy.
 */
export const snapshot = <T>(value: T): T => new Copier().of(value, 0) as T // a copy is of the same type

/**
 * A snapshot of an item, a key, or what stands for one. Of an instance of a class it has the instance's own properties, and
 * those that its class gives it under the names of attributes.
 */
export const snapshotOf = <T>(record: T, attributes?: { readonly names: readonly string[] }): T => {
  if (!isRecord(record) || isPlain(record)) return snapshot(record)
  const copy = new Copier().members(record, 0)
  for (const name of attributes?.names ?? []) if (!(name in copy) && name in record) copy[name] = snapshot(record[name])
  return copy as T // it has the members that are asked for
}

type Members = Record<string, unknown>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

class Copier {
  /** Copies of what holds objects: nothing else can come round again, or grow with each level. */
  #copies: Map<object, unknown> | undefined

  /** The value, or its copy. */
  of(value: unknown, depth: number): unknown {
    if (!isObject(value) || depth > MAX_COPIED) return value
    const known = this.#copies?.get(value)
    if (known !== undefined) return known
    if (Array.isArray(value)) return this.#list(value, depth)
    const prototype: object | null = Object.getPrototypeOf(value)
    if (!isPlain(value)) return this.#builtIn(value, prototype, depth)
    const copy = this.members(value, depth)
    return prototype === null ? Object.setPrototypeOf(copy, null) : copy
  }

  /** A plain object with an object's own members. */
  members(value: object, depth: number): Members {
    const copy: Members = { ...value }
    let isNoted = false
    for (const name in copy) {
      const member = copy[name]
      if (!isObject(member) || !Object.hasOwn(copy, name)) continue
      if (!isNoted) this.#note(value, copy)
      isNoted = true
      copy[name] = this.of(member, depth + 1)
    }
    return copy
  }

  /** With its holes, and with names that it should not have, so that they are seen when it is encoded. */
  #list(value: readonly unknown[], depth: number): unknown {
    const copy: unknown[] = this.#note(value, [])
    const names = Object.keys(value)
    const { length } = value
    const isDense = names.length === length && (length === 0 || names[length - 1] === String(length - 1))
    if (isDense) for (let i = 0; i < length; i++) copy.push(this.of(value[i], depth + 1))
    else {
      copy.length = length
      for (const name of names) define(copy, name, this.of(Reflect.get(value, name), depth + 1))
    }
    const prototype: object | null = Object.getPrototypeOf(value)
    return prototype === Array.prototype ? copy : Object.setPrototypeOf(copy, prototype)
  }

  #builtIn(value: object, prototype: object | null, depth: number): unknown {
    try {
      switch (prototype) {
        case Date.prototype:
          return new Date(Date.prototype.getTime.call(value))
        case Uint8Array.prototype:
        case Buffer.prototype:
          return Uint8Array.prototype.slice.call(value)
        case Set.prototype: {
          const copy = this.#note(value, new Set<unknown>())
          Set.prototype.forEach.call(value, element => copy.add(this.of(element, depth + 1)))
          return copy
        }
        case Map.prototype: {
          const copy = this.#note(value, new Map<unknown, unknown>())
          Map.prototype.forEach.call(value, (of, key) => copy.set(this.of(key, depth + 1), this.of(of, depth + 1)))
          return copy
        }
        default:
          return value
      }
    } catch (error) {
      if (error instanceof TypeError) return value // it only looks like one
      throw error
    }
  }

  #note<Copy>(value: object, copy: Copy): Copy {
    this.#copies ??= new Map()
    this.#copies.set(value, copy)
    return copy
  }
}

const define = (on: object, name: string, value: unknown) =>
  Object.defineProperty(on, name, { value, writable: true, enumerable: true, configurable: true })
