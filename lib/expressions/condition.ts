import { UNUSED } from '../alive.ts'
import { describe, InvalidCondition } from '../errors.ts'
import type { Attributes } from '../fields/attributes.ts'
import { BinaryField } from '../fields/binary.ts'
import type { MadeField } from '../fields/field.ts'
import { isPlain } from '../fields/kinds.ts'
import { IntegerField } from '../fields/numbers.ts'
import { isNamedByTexts, isNameless, isRecord, notARecord } from '../fields/record.ts'
import { Report } from '../fields/report.ts'
import { TEXT } from '../fields/scalars.ts'
import { Param } from '../keys/param.ts'
import { orderOf } from './evaluate.ts'
import { AttributeOperand, MadeCombination, MadeOperator } from './operators.ts'
import { isSamePath, type Path, resolvePath } from './path.ts'
import { type Condition, conjunction, leaf, type Operand } from './tree.ts'
import { formsOf } from './whole.ts'

const COMPARATORS = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const
const STORED_TYPES: readonly unknown[] = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS']

/**
 * Reads conditions as users write them into one tree, in which all must hold; `undefined` if they test nothing. Throws
 * InvalidCondition with all issues.
 */
export const readConditions = (
  model: string,
  attributes: Attributes,
  conditions: readonly unknown[]
): Condition | undefined => {
  const reader = new ConditionReader(attributes)
  const read: Condition[] = []
  for (const condition of conditions) {
    const found = reader.condition(condition)
    if (found !== undefined) read.push(found)
  }
  if (reader.report.issues.length > 0) throw new InvalidCondition(model, reader.report.issues)
  return conjunction(read)
}

/** The subject of a user's test: an attribute, or its size. */
interface Tested {
  readonly path: Path
  readonly isSize: boolean
}

/**
 * The most conditions and maps to read, and the deepest nesting: far more than DynamoDB takes. They stop a condition
 * that holds another one many times.
 */
const MAX_CONDITIONS = 2_000
const MAX_NESTED = 200

class ConditionReader {
  static readonly alive: object = new ConditionReader(UNUSED)
  readonly report = new Report(false, true)
  readonly #attributes: Attributes
  #count = 0
  #depth = 0

  constructor(attributes: Attributes) {
    this.#attributes = attributes
  }

  condition(input: unknown): Condition | undefined {
    if (input instanceof MadeCombination) return this.#combination(input)
    if (isPlain(input)) return conjunction(this.#tests(input))
    if (!isRecord(input)) return this.report.fail(`a condition ${notARecord(input)}`)
    // A condition without tests is true for every item. Only {} may mean that.
    if (isNameless(input)) return this.report.fail(`a condition has tests by name, and ${describe(input)} has none`)
    return conjunction(this.#tests(input))
  }

  #combination({ kind, conditions }: MadeCombination): Condition | undefined {
    if (this.#isTooMuch(this.#depth >= MAX_NESTED)) return undefined
    this.#depth++
    const read = conditions.map(condition => this.condition(condition))
    this.#depth--
    const given = read.filter(condition => condition !== undefined)
    // Without a test it would be true for every item. More likely, a condition got lost.
    if (given.length < read.length || given.length === 0)
      return this.report.issues.length > 0 ? undefined : this.report.fail(`${kind}() holds a condition without a test`)
    const [first] = given
    if (kind === 'not') return first && { kind: 'not', condition: first }
    return given.length === 1 ? first : { kind: kind === 'anyOf' ? 'or' : 'and', conditions: given }
  }

  /** Whether one more condition is too many. The first time, it reports an issue. */
  #isTooMuch(isNestedTooDeeply: boolean): boolean {
    if (this.#count > MAX_CONDITIONS) return true
    if (!isNestedTooDeeply && ++this.#count <= MAX_CONDITIONS) return false
    this.#count = MAX_CONDITIONS + 1
    this.report.fail('holds more conditions than DynamoDB takes: 300 operators are its limit')
    return true
  }

  #tests(tests: Readonly<Record<string, unknown>>, from?: Path): Condition[] {
    const read: Condition[] = []
    if (!isNamedByTexts(tests, this.report)) return read
    for (const name of Object.keys(tests)) {
      this.report.path.push(name)
      const path = resolvePath(this.#attributes, from, name, this.report)
      if (path !== undefined) this.#test(path, tests[name], read)
      this.report.path.pop()
    }
    return read
  }

  /** Adds the conditions of one test. A plain object tests inside a map. Any other value tests equality. */
  #test(path: Path, test: unknown, read: Condition[]): void {
    let found: Condition | undefined
    if (test === undefined)
      this.report.fail('is tested against undefined; use missing() for an attribute that is not there')
    else if (test instanceof MadeOperator) found = this.#operator({ path, isSize: false }, path.field, test)
    else if (path.field.isMap && isRecord(test)) {
      // Without a test it would be true for every item. More likely, the empty map was meant.
      if (Object.keys(test).length === 0) this.report.fail('is tested against nothing; use eq({}) for an empty map')
      if (this.#isTooMuch(false) || !this.report.enter(test)) return
      for (const inner of this.#tests(test, path)) read.push(inner)
      this.report.leave()
    } else {
      const operand = this.#operand(path.field, test, { path, isSize: false })
      found = operand && leaf('=', path, operand)
    }
    if (found !== undefined) read.push(found)
  }

  #operator(subject: Tested, field: MadeField, { kind, operands }: MadeOperator): Condition | undefined {
    const { path } = subject
    switch (kind) {
      case 'exists':
      case 'missing':
        return leaf(kind, path)
      case 'size':
        return this.#size(path, operands[0])
      case 'between':
        return this.#between(subject, field, operands)
      case 'oneOf':
        return this.#in(subject, field, operands)
      case 'beginsWith':
        return this.#inside(
          'begins_with',
          path,
          operands[0] instanceof Uint8Array ? new BinaryField() : TEXT,
          operands[0]
        )
      case 'contains':
        return field.element
          ? this.#inside('contains', path, field.element, operands[0])
          : this.report.fail('contains() is for text, sets and lists')
      case 'attributeType':
        return STORED_TYPES.includes(operands[0])
          ? leaf('attribute_type', path, { value: { S: String(operands[0]) } })
          : this.report.fail(
              `attributeType() takes one of ${STORED_TYPES.join(', ')}, but got ${describe(operands[0])}`
            )
    }
    const comparator = COMPARATORS[kind as keyof typeof COMPARATORS] // every other kind is a comparison
    const isOrder = comparator !== '=' && comparator !== '<>'
    const operand = this.#operand(field, operands[0], subject, isOrder ? kind : undefined)
    return operand && { kind: comparator, subject, operands: [operand] }
  }

  #inside(kind: 'begins_with' | 'contains', path: Path, field: MadeField, part: unknown): Condition | undefined {
    const operand = this.#operand(field, part, { path, isSize: false })
    if (kind === 'contains' && operand && 'value' in operand && formsOf(field, operand.value) === undefined)
      return this.report.fail(
        'contains() looks for a value with too many attributes that may be absent: test one by one'
      )
    return operand && leaf(kind, path, operand)
  }

  #size(path: Path, test: unknown): Condition | undefined {
    const operator = test instanceof MadeOperator ? test : new MadeOperator('eq', [test])
    if (!(operator.kind in COMPARATORS) && operator.kind !== 'between' && operator.kind !== 'oneOf')
      return this.report.fail('size() takes a number or a comparison of numbers')
    return this.#operator({ path, isSize: true }, new IntegerField(), operator)
  }

  #between(subject: Tested, field: MadeField, [from, to]: readonly unknown[]): Condition | undefined {
    const low = this.#operand(field, from, subject, 'between')
    const high = this.#operand(field, to, subject, 'between')
    if (low === undefined || high === undefined) return undefined
    const isKnown = !(from instanceof Param || to instanceof Param)
    return isKnown && 'value' in low && 'value' in high && (orderOf(low.value, high.value) ?? 0) > 0
      ? this.report.fail('between() takes the lower bound first')
      : { kind: 'between', subject, operands: [low, high] }
  }

  #in(subject: Tested, field: MadeField, values: readonly unknown[]): Condition | undefined {
    if (values.length === 0 || values.length > 100)
      return this.report.fail(`oneOf() takes 1 to 100 values, but got ${values.length}`)
    const operands = values.map(value => this.#operand(field, value, subject)).filter(operand => operand !== undefined)
    return operands.length === values.length ? { kind: 'in', subject, operands } : undefined
  }

  /** The value or path to compare a subject with. `order` names an operator that needs values with an order. */
  #operand(field: MadeField, value: unknown, subject: Tested, order?: string): Operand | undefined {
    if (value instanceof AttributeOperand) {
      const path = this.#at(value.path, () => resolvePath(this.#attributes, undefined, value.path, this.report))
      if (path && !subject.isSize && isSamePath(path, subject.path)) return this.report.fail('is compared with itself')
      return path && { path }
    }
    const stored = field.encode(value, this.report)
    if (stored && order !== undefined && (stored.S ?? stored.N ?? stored.B) === undefined)
      return this.report.fail(`has no order, so ${order}() cannot compare it with ${describe(value)}`)
    return stored && { value: stored }
  }

  #at<T>(step: string, read: () => T): T {
    this.report.path.push(step)
    const result = read()
    this.report.path.pop()
    return result
  }
}
