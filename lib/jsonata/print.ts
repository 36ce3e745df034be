import { InvalidRequest } from '../errors.ts'
import type { Param } from '../keys/param.ts'
import type { Hole, HolePrinter, Holes } from './holes.ts'
import { literal, piece } from './text.ts'

/** The JSON of a state machine's definition. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [name: string]: Json
}

/** Marks an expression in a text for Step Functions. */
export const delimited = (expression: string): string => `{% ${expression} %}`

/** Functions with a new result at each call. */
const VOLATILE = /\$(uuid|random|shuffle)\b/

/** Prints a command as the Arguments of a state: JSON with expressions in place of its holes. */
export const printArguments = (model: string, holes: Holes, input: object): Json => {
  const printer = new Printer(model, holes)
  const printed = printer.json(input)
  const twice = printer.volatileTwice()
  if (twice.length === 0) return printed
  // A volatile expression used twice is assigned to a variable first, so it has the same value everywhere.
  const variables = new Map(twice.map((expression, i) => [expression, `$keystorm${i}`]))
  const assigned = [...variables].map(([expression, variable]) => `${variable} := ${expression}; `).join('')
  return delimited(`(${assigned}${new Printer(model, holes, variables).expression(input)})`)
}

class Printer implements HolePrinter {
  readonly #model: string
  readonly #holes: Holes
  readonly #variables: ReadonlyMap<string, string>
  readonly #uses = new Map<string, number>()

  constructor(model: string, holes: Holes, variables: ReadonlyMap<string, string> = new Map()) {
    this.#model = model
    this.#holes = holes
    this.#variables = variables
  }

  /** Volatile expressions that were printed more than once. */
  volatileTwice(): string[] {
    return [...this.#uses].flatMap(([expression, uses]) => (uses > 1 && VOLATILE.test(expression) ? [expression] : []))
  }

  source({ expression }: Param): string {
    this.#uses.set(expression, (this.#uses.get(expression) ?? 0) + 1)
    return this.#variables.get(expression) ?? expression
  }

  json(value: unknown, isItem = false): Json {
    if (typeof value === 'string') return this.#jsonText(value)
    if (value instanceof Uint8Array) return this.#jsonText(Buffer.from(value).toString('base64'))
    if (Array.isArray(value)) return value.map(element => this.json(this.#present(element)))
    if (typeof value !== 'object' || value === null) return value as Json // a number, a boolean or null
    const whole = this.#holes.wholeOf(value)
    if (whole) return delimited(whole.print(this))
    const entries = entriesOf(value)
    if (isItem && entries.some(([, inner]) => this.#optionalIn(inner).length > 0))
      return delimited(this.expression(value, true))
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, this.json(isItem ? inner : this.#present(inner), holdsItem(name))])
    )
  }

  expression(value: unknown, isItem = false): string {
    if (typeof value === 'string') return this.#text(value)
    if (value instanceof Uint8Array) return literal(Buffer.from(value).toString('base64'))
    if (Array.isArray(value)) return `[${value.map(element => this.expression(this.#present(element))).join(', ')}]`
    if (typeof value !== 'object' || value === null) return literal(value)
    const whole = this.#holes.wholeOf(value)
    if (whole) return whole.print(this)
    const entries = entriesOf(value)
    const print = ([name, inner]: readonly [string, unknown]) =>
      `${literal(name)}: ${this.expression(isItem ? inner : this.#present(inner), holdsItem(name))}`
    if (!isItem) return `{${entries.map(print).join(', ')}}`
    const always = entries.filter(([, inner]) => this.#optionalIn(inner).length === 0)
    const maybe = entries.filter(([, inner]) => this.#optionalIn(inner).length > 0)
    if (maybe.length === 0) return `{${always.map(print).join(', ')}}`
    const given = maybe.map(entry => {
      const isGiven = this.#optionalIn(entry[1]).map(param => `$exists(${this.source(param)})`)
      return `${isGiven.join(' and ')} ? {${print(entry)}} : {}`
    })
    return `$merge([{${always.map(print).join(', ')}}, ${given.join(', ')}])`
  }

  /** The params that can make an attribute of an item absent. */
  #optionalIn(stored: unknown): Param[] {
    if (typeof stored !== 'object' || stored === null) return []
    const pieces = Object.values(stored).flatMap(content =>
      typeof content === 'string' ? this.#holes.split(content) : []
    )
    return pieces.flatMap(piece => (typeof piece === 'object' && piece.param.isOptional ? [piece.param] : []))
  }

  /** Throws InvalidRequest for an optional param where its absence would change the command. */
  #present(value: unknown): unknown {
    const [param] = this.#optionalIn(value)
    if (param === undefined) return value
    throw new InvalidRequest(
      this.#model,
      `the param ${param.expression} may be absent: only attributes that create() and put() are given can be left out by a ` +
        'state machine, since all else is said by the text of the command; use a Choice state'
    )
  }

  #jsonText(text: string): string {
    const pieces = this.#holes.split(text)
    // A text that looks like an expression must become one. asl-validator also requires a single line that is not
    // empty.
    const isFixed = !pieces.some(isHole) && /^.+$/.test(text) && !text.startsWith('{%') && !text.endsWith('%}')
    return isFixed ? text : delimited(this.#text(text))
  }

  #text(text: string): string {
    const pieces = this.#holes.split(text)
    if (pieces.length === 0) return literal('')
    const [first] = pieces
    if (first !== undefined && pieces.length === 1) return isHole(first) ? first.print(this) : literal(first)
    return pieces.map(one => (isHole(one) ? piece(one.print(this)) : literal(one))).join(' & ')
  }
}

const isHole = (piece: string | Hole): piece is Hole => typeof piece === 'object'

/** Leaves out undefined members. */
const entriesOf = (value: object): [string, unknown][] =>
  Object.entries(value).filter(([, inner]) => inner !== undefined)

/** Whether a member contains attributes: an item, or a map in one. */
const holdsItem = (name: string): boolean => name === 'Item' || name === 'M'
