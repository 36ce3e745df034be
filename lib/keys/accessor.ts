import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { stringCodec } from './codec.ts'
import type { Slot, Values } from './source.ts'

type Row = Readonly<Record<string, AttributeValue>>

/** Reads an attribute of a row. */
export type Reader = (row: Row) => AttributeValue | undefined

/**
 * Makes a function that reads the attribute of this name. The code is generated where the process allows it: engines
 * are several times as fast with property names that are literals. Only names and fixed texts of layouts and models,
 * and placeholders, get into generated code, as JSON text.
 */
export const readerOf = (name: string): Reader => {
  const text = JSON.stringify(name)
  const own = name in Object.prototype ? `Object.hasOwn(row, ${text}) ? row[${text}] : undefined` : `row[${text}]`
  return generated(`return row => ${own}`) ?? (row => (Object.hasOwn(row, name) ? row[name] : undefined))
}

/** Makes a primary key from its stored values. */
export type KeyMaker = (pk: AttributeValue, sk: AttributeValue) => Record<string, AttributeValue>

export const keyMakerOf = (pk: string, sk: string | undefined): KeyMaker => {
  const members = [`${JSON.stringify(pk)}: pk`, ...(sk === undefined ? [] : [`${JSON.stringify(sk)}: sk`])]
  const made = generated<KeyMaker>(`return (pk, sk) => ({ ${members.join(', ')} })`)
  return made ?? ((first, second) => (sk === undefined ? { [pk]: first } : { [pk]: first, [sk]: second }))
}

/** Makes a function that builds an object from values, in the order of these names. */
export const recordMakerOf = <T>(names: readonly string[]): ((values: readonly T[]) => Record<string, T>) => {
  const members = names.map((name, i) => `${JSON.stringify(name)}: values[${i}]`)
  const made = generated<(values: readonly T[]) => Record<string, T>>(`return values => ({ ${members.join(', ')} })`)
  return made ?? (values => Object.fromEntries(values.map((value, i) => [names[i] ?? '', value])))
}

/** Renders a whole key; `undefined` if a value is missing or cannot stand in it as text, or if the key may be too long. */
export type Renderer = (values: Values) => string | undefined

/** Makes a {@link Renderer}, for the common keys whose values are all strings. Others are rendered slot by slot. */
export const rendererOf = (slots: readonly Written[], tail: string, limit: number): Renderer | undefined => {
  if (slots.length === 0 || !slots.every(isOfString)) return undefined
  const values = slots.map(({ attribute }, i) => `v${i} = values[${JSON.stringify(attribute)}]`)
  const isUnfit = slots.map((_, i) => `typeof v${i} !== 'string' || v${i} === '' || !v${i}.isWellFormed()`)
  const texts = slots.map(({ head }, i) => `${JSON.stringify(head)} + write${i}(v${i})`)
  const make = generated<(...writes: Written['write'][]) => Renderer>(`
    return (${slots.map((_, i) => `write${i}`).join(', ')}) => values => {
      const ${values.join(', ')}
      if (${isUnfit.join(' || ')}) return undefined
      const text = ${texts.join(' + ')} + ${JSON.stringify(tail)}
      return text.length * 3 <= ${limit} ? text : undefined
    }`)
  return make?.(...slots.map(({ write }) => write))
}

interface Written extends Slot {
  readonly write: (text: string) => string
}

const isOfString = ({ codec, isInherited }: Slot): boolean => codec === stringCodec && !isInherited

/** Runs generated code; `undefined` if the process forbids that. */
const generated = <Made>(source: string): Made | undefined => {
  try {
    return (new Function(source) as () => Made)() // the caller's source says what it makes
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
