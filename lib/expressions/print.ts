import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { InvalidRequest } from '../errors.ts'
import { recordMakerOf } from '../keys/generated.ts'
import type { Path } from './path.ts'
import type { Condition, Leaf, Operand, Subject } from './tree.ts'

/** DynamoDB's limits for one expression. */
const MAX_BYTES = 4096
const MAX_OPERATORS = 300

/** The placeholders of a command's input. A member that would be empty is left out. */
interface Placeholders {
  ExpressionAttributeNames?: Record<string, string>
  ExpressionAttributeValues?: Record<string, AttributeValue>
}

/** Up to this many placeholders, generated code makes the objects, and a search through all is the fastest. */
const USUAL = 16

/**
 * The placeholders of one kind, and generated makers of objects: engines are faster with property names that they know.
 */
class Numbered<T> {
  readonly #names: string[] = []
  readonly #makers: ((values: readonly T[]) => Record<string, T>)[] = []

  constructor(readonly sign: '#' | ':') {}

  at(i: number): string {
    const name = this.#names[i]
    if (name !== undefined) return name
    const made = `${this.sign}${i}`
    if (i < 10 * USUAL) this.#names[i] = made
    return made
  }

  record(values: readonly T[]): Record<string, T> {
    if (values.length > USUAL) return Object.fromEntries(values.map((value, i) => [this.at(i), value]))
    this.#makers[values.length] ??= recordMakerOf(values.map((_, i) => this.at(i)))
    return this.#makers[values.length]?.(values) ?? {}
  }
}

/** The placeholders of names and of values, by position. */
export const NAMES = /* @__PURE__ */ new Numbered<string>('#')
export const VALUES = /* @__PURE__ */ new Numbered<AttributeValue>(':')

/**
 * Prints the expressions of one command. Every name and value becomes a placeholder, so reserved words and unusual
 * names work. The expressions of a command share the names.
 */
export class Printer {
  static readonly alive: object = new Printer('')
  readonly #model: string
  readonly names: string[]
  readonly values: AttributeValue[]
  #operators = 0
  #positions: Map<string, number> | undefined

  /** `names` and `values` are those of expressions that were printed before. */
  constructor(model: string, names: string[] = [], values: AttributeValue[] = []) {
    this.#model = model
    this.names = names
    this.values = values
  }

  placeholders(): Placeholders {
    const placeholders: Placeholders = {}
    if (this.names.length > 0) placeholders.ExpressionAttributeNames = NAMES.record(this.names)
    if (this.values.length > 0) placeholders.ExpressionAttributeValues = VALUES.record(this.values)
    return placeholders
  }

  /** A condition as text. Throws InvalidRequest if it exceeds DynamoDB's limits. */
  condition(condition: Condition): string {
    this.#operators = 0
    return this.checked('The condition', this.#print(condition), this.#operators)
  }

  /** Returns the text of an expression. Throws InvalidRequest if DynamoDB would refuse it. */
  checked(what: string, text: string, operators: number): string {
    if (text.length > MAX_BYTES)
      throw new InvalidRequest(
        this.#model,
        `${what} has ${text.length} bytes as text, and ${MAX_BYTES} is DynamoDB's limit`
      )
    if (operators > MAX_OPERATORS)
      throw new InvalidRequest(
        this.#model,
        `${what} has ${operators} operators, and ${MAX_OPERATORS} is DynamoDB's limit`
      )
    return text
  }

  path({ steps }: Path): string {
    let text = ''
    for (const step of steps)
      text += typeof step === 'number' ? `[${step}]` : text === '' ? this.#name(step) : `.${this.#name(step)}`
    return text
  }

  value(value: AttributeValue): string {
    return VALUES.at(this.values.push(value) - 1)
  }

  operand(operand: Operand): string {
    return 'path' in operand ? this.path(operand.path) : this.value(operand.value)
  }

  #name(name: string): string {
    const known = this.names.length > USUAL ? this.#positionOf(name) : this.names.indexOf(name)
    if (known >= 0) return NAMES.at(known)
    this.#positions?.set(name, this.names.length)
    return NAMES.at(this.names.push(name) - 1)
  }

  #positionOf(name: string): number {
    this.#positions ??= new Map(this.names.map((known, i) => [known, i]))
    return this.#positions.get(name) ?? -1
  }

  #print(condition: Condition): string {
    switch (condition.kind) {
      case 'and':
      case 'or':
        this.#operators += condition.conditions.length - 1
        return condition.conditions
          .map(inner => `(${this.#print(inner)})`)
          .join(condition.kind === 'and' ? ' AND ' : ' OR ')
      case 'not':
        this.#operators++
        return `NOT (${this.#print(condition.condition)})`
      case 'constant': {
        const { path, holds } = condition
        this.#operators += 3
        const name = this.path(path)
        return `attribute_exists(${name}) ${holds ? 'OR' : 'AND'} attribute_not_exists(${name})`
      }
      default:
        return this.#leaf(condition)
    }
  }

  #leaf({ kind, subject, operands }: Leaf): string {
    this.#operators++
    const tested = this.#subject(subject)
    const first = operands[0] && this.operand(operands[0])
    switch (kind) {
      case 'between':
        return `${tested} BETWEEN ${first} AND ${operands[1] && this.operand(operands[1])}`
      case 'in':
        return `${tested} IN (${[first, ...operands.slice(1).map(operand => this.operand(operand))].join(', ')})`
      case 'exists':
        return `attribute_exists(${tested})`
      case 'missing':
        return `attribute_not_exists(${tested})`
      case 'begins_with':
      case 'contains':
      case 'attribute_type':
        return `${kind}(${tested}, ${first})`
      default:
        return `${tested} ${kind} ${first}`
    }
  }

  #subject(subject: Subject): string {
    if (!('path' in subject) || !subject.isSize) return this.operand(subject)
    this.#operators++
    return `size(${this.path(subject.path)})`
  }
}
