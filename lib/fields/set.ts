import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { canCopy, checkElement, type Field, MadeField, misfit } from './field.ts'
import { elementsIn, isSet } from './kinds.ts'
import { decodeList, storedEach } from './members.ts'
import type { Report } from './report.ts'

type SetElement = string | number | bigint | Uint8Array

class SetField<Output, Input> extends MadeField<Set<Output>, ReadonlySet<Input>, false> {
  readonly #of: MadeField<Output, Input>

  constructor(of: MadeField<Output, Input>) {
    super()
    this.#of = of
  }

  encode(value: unknown, report: Report): AttributeValue | undefined {
    if (!isSet(value))
      return report.misfit(value, 'a Set', { type: 'set', each: element => this.#of.encode(element, report) })
    const given = elementsIn(value)
    if (given.length === 0) return report.fail('must not be empty: DynamoDB has no empty sets; leave the attribute out')
    const elements: AttributeValue[] = []
    for (const element of given) {
      if (!report.fits()) return undefined
      const stored = this.#of.encode(element, report)
      if (stored !== undefined) elements.push(stored)
    }
    if (elements.length < given.length) return undefined
    const set = setOf(elements)
    return set ?? report.fail('must hold different strings, numbers or binaries, and only one of these kinds')
  }

  decode(stored: AttributeValue): Set<Output> {
    const elements = elementsOf(stored)
    if (!Array.isArray(elements)) throw misfit('a set', stored)
    return new Set(decodeList(elements, this.#of))
  }

  override get element(): MadeField {
    return this.#of
  }

  override takes(source: MadeField): boolean {
    return source instanceof SetField && canCopy(source.element, this.#of)
  }
}

/** A set of stored elements; `undefined` if they are not all different and of one type that sets can hold. */
export const setOf = (elements: readonly AttributeValue[]): AttributeValue | undefined => {
  if (new Set(elements.map(textOf)).size < elements.length) return undefined
  const pick = <T>(kind: (element: AttributeValue) => T | undefined): T[] | undefined => {
    const picked: T[] = []
    for (const element of elements) {
      const value = kind(element)
      if (value === undefined) return undefined
      picked.push(value)
    }
    return picked
  }
  const SS = pick(element => element.S)
  if (SS) return { SS }
  const NS = pick(element => element.N)
  if (NS) return { NS }
  const BS = pick(element => element.B)
  return BS && { BS }
}

export type SetOperation = 'addTo' | 'deleteFrom'

/** A stored set after an update adds or removes elements; `undefined` if none is left. */
export const joinSets = (
  operation: SetOperation,
  set: AttributeValue | undefined,
  other: AttributeValue
): AttributeValue | undefined => {
  const elements = new Map((set && elementsOf(set))?.map(element => [textOf(element), element]))
  for (const element of elementsOf(other) ?? []) {
    if (operation === 'addTo') elements.set(textOf(element), element)
    else elements.delete(textOf(element))
  }
  return elements.size === 0 ? undefined : setOf([...elements.values()])
}

const textOf = ({ S, N, B }: AttributeValue): string | undefined => S ?? N ?? (B && Buffer.from(B).toString('base64'))

/** The elements of a stored set. A list counts too: STORM read lists as sets. */
export const elementsOf = ({ SS, NS, BS, L }: AttributeValue): AttributeValue[] | undefined =>
  storedEach(SS, S => ({ S })) ?? storedEach(NS, N => ({ N })) ?? storedEach(BS, B => ({ B })) ?? L

/**
 * A set of strings, numbers or binaries: a `Set`, never empty. Stored as `{ SS }`, `{ NS }` or `{ BS }`.
 *
 * ```ts
 * t.set(t.string()).optional()
 * ```
 */
export const set = <Output extends SetElement, Input extends SetElement>(
  of: Field<Output, Input>
): Field<Set<Output>, ReadonlySet<Input>, false> => {
  return new SetField(checkElement('t.set()', of))
}
