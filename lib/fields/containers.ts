import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { Param } from '../keys/param.ts'
import { Attributes } from './attributes.ts'
import { inside } from './default.ts'
import { canCopy, checkElement, type Field, isStoredMap, MadeField, misfit } from './field.ts'
import { isList, isPlain } from './kinds.ts'
import { decodeList, decodeMembers, encodeList, encodeMembers, storedEach } from './members.ts'
import { enterMap, hintFor, notARecord } from './record.ts'
import type { FieldMap, InputOf, OutputOf } from './records.ts'
import type { Report } from './report.ts'

class ListField<Output, Input> extends MadeField<Output[], readonly Input[], false> {
  readonly #of: MadeField<Output, Input>

  constructor(of: MadeField<Output, Input>) {
    super()
    this.#of = of
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!isList(value))
      return report.misfit(value, 'a list', { type: 'list', each: element => this.#of.encode(element, report) })
    return encodeList(value, this.#of, report)
  }

  decode(stored: AttributeValue, partial?: boolean): Output[] {
    const elements = stored.L ?? storedEach(stored.SS, S => ({ S })) // STORM read string sets as lists
    if (!Array.isArray(elements)) throw misfit('a list', stored)
    return decodeList(elements, this.#of, partial)
  }

  override get unfitDefaults() {
    return inside(0, this.#of.unfitDefaults)
  }

  override step(step: string | number): MadeField | undefined {
    return typeof step === 'number' ? this.#of : undefined
  }

  override get element(): MadeField {
    return this.#of
  }

  override takes(source: MadeField): boolean {
    return source instanceof ListField && canCopy(source.element, this.#of)
  }
}

class MapField<F extends FieldMap> extends MadeField<OutputOf<F>, InputOf<F>, false> {
  readonly #attributes: Attributes

  constructor(fields: F) {
    super()
    this.#attributes = new Attributes(fields)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!isPlain(value)) {
      if (value instanceof Param) return this.encode(this.#attributes.membersOf(value), report)
      return report.fail(notARecord(value))
    }
    if (!enterMap(value, report)) return undefined
    const M = this.#attributes.encode(value, report)
    report.leave()
    return { M }
  }

  decode(stored: AttributeValue, partial?: boolean): OutputOf<F> {
    if (!isStoredMap(stored.M)) throw misfit('a map', stored)
    return this.#attributes.decode(stored.M, partial) as OutputOf<F> // the fields say what each name holds
  }

  override get unfitDefaults() {
    return this.#attributes.unfitDefaults
  }

  override get members(): Attributes {
    return this.#attributes
  }

  override get isMap(): boolean {
    return true
  }

  override get takesParts(): boolean {
    return true
  }

  override step(step: string | number): MadeField | undefined {
    return typeof step === 'string' ? this.#attributes.field(step) : undefined
  }

  override takes(source: MadeField): boolean {
    return (
      source instanceof MapField &&
      this.#attributes.entries.every(({ name, field }) => {
        const { isOptional, fallback } = field.traits
        const given = source.step(name)
        const isThere = given !== undefined && !given.traits.isOptional && !given.traits.fallback
        return (given === undefined || canCopy(given, field)) && (isThere || isOptional || fallback !== undefined)
      })
    )
  }
}

class RecordField<Output, Input> extends MadeField<Record<string, Output>, Readonly<Record<string, Input>>, false> {
  readonly #of: MadeField<Output, Input>

  constructor(of: MadeField<Output, Input>) {
    super()
    this.#of = of
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (isPlain(value)) return encodeMembers(value, this.#of, report)
    const kind = { type: 'record', each: (element: Param) => this.#of.encode(element, report) } as const
    return report.misfit(value, 'an object', kind, hintFor(value))
  }

  decode(stored: AttributeValue, partial?: boolean): Record<string, Output> {
    if (!isStoredMap(stored.M)) throw misfit('a map', stored)
    return decodeMembers(stored.M, element => this.#of.decode(element, partial))
  }

  override get unfitDefaults() {
    return inside('*', this.#of.unfitDefaults)
  }

  override get isMap(): boolean {
    return true
  }

  override get takesParts(): boolean {
    return true
  }

  override step(step: string | number): MadeField | undefined {
    return typeof step === 'string' ? this.#of : undefined
  }

  override takes(source: MadeField): boolean {
    return source instanceof RecordField && canCopy(source.#of, this.#of)
  }
}

/**
 * A list of elements of one type. Stored as `{ L }`. Optional elements are refused.
 *
 * ```ts
 * t.list(t.string())
 * ```
 */
export const list = <Output, Input>(of: Field<Output, Input>): Field<Output[], readonly Input[], false> => {
  return new ListField(checkElement('t.list()', of))
}

/**
 * A map with known attributes. Stored as `{ M }`.
 *
 * ```ts
 * t.map({ path: t.string(), size: t.number().optional() })
 * ```
 */
export const map = <F extends FieldMap>(fields: F): Field<OutputOf<F>, InputOf<F>, false> => new MapField(fields)

/**
 * A map with any names and values of one type. Stored as `{ M }`.
 *
 * ```ts
 * t.record(t.number())
 * ```
 */
export const record = <Output, Input>(
  of: Field<Output, Input>
): Field<Record<string, Output>, Readonly<Record<string, Input>>, false> => {
  return new RecordField(checkElement('t.record()', of))
}
