import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { describe } from '../errors.ts'
import { Attributes, type Fields, type InputOf, isRecord, notARecord, type OutputOf } from './attributes.ts'
import { type AnyField, Field, misfit } from './field.ts'
import { type Report, within } from './report.ts'

class ListField<Output, Input> extends Field<Output[], readonly Input[], false> {
  readonly #of: Field<Output, Input>

  constructor(of: Field<Output, Input>) {
    super()
    this.#of = of
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!Array.isArray(value)) return report.fail(`must be a list, but is ${describe(value)}`)
    const L: AttributeValue[] = []
    for (let i = 0; i < value.length; i++) {
      report.path.push(i)
      const stored = this.#of.encode(value[i], report)
      if (stored !== undefined) L.push(stored)
      report.path.pop()
    }
    return { L }
  }

  decode(stored: AttributeValue): Output[] {
    const elements = stored.L ?? stored.SS?.map(S => ({ S })) // STORM read string sets into lists
    if (elements === undefined) throw misfit('a list', stored)
    const list: Output[] = []
    try {
      for (const element of elements) list.push(this.#of.decode(element))
    } catch (error) {
      throw within(list.length, error)
    }
    return list
  }
}

class MapField<F extends Fields> extends Field<OutputOf<F>, InputOf<F>, false> {
  readonly #attributes: Attributes

  constructor(fields: F) {
    super()
    this.#attributes = new Attributes(fields)
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!isRecord(value)) return report.fail(notARecord(value))
    const M: Record<string, AttributeValue> = {}
    this.#attributes.encodeInto(M, value, report)
    return { M }
  }

  decode(stored: AttributeValue): OutputOf<F> {
    if (stored.M === undefined) throw misfit('a map', stored)
    return this.#attributes.decode(stored.M) as OutputOf<F> // the fields say what each name holds
  }
}

/** A list whose elements are all of one type. `{ L }`. `t.list(t.string())`; optional elements are refused. */
export const list = <Output, Input>(of: Field<Output, Input>): Field<Output[], readonly Input[], false> => {
  if ((of as AnyField).isOptional) throw new TypeError('t.list(): a list has no absent elements; drop .optional()')
  return new ListField(of)
}

/** A map with known attributes. `{ M }`. `t.map({ path: t.string(), size: t.number().optional() })`. */
export const map = <F extends Fields>(fields: F): Field<OutputOf<F>, InputOf<F>, false> => new MapField(fields)
