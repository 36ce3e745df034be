import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Values } from './source.ts'
import type { TextSlot } from './template.ts'

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

/** Renders a whole key; `undefined` if a value is missing or cannot stand in it, or if the key may be too long. */
export type Renderer = (values: Values) => string | undefined

/** A {@link Renderer} that renders nothing. When it has been called often, `take` gets one of generated code. */
export const rendererOf = (
  slots: readonly TextSlot[],
  tail: string,
  limit: number,
  take: (made: Renderer) => void
): Renderer =>
  often<Parameters<Renderer>, string | undefined>(
    () => undefined,
    () => newRenderer(slots, tail, limit),
    take
  )

/** `undefined` where the key has no values, or where code cannot be generated. */
const newRenderer = (slots: readonly TextSlot[], tail: string, limit: number): Renderer | undefined => {
  if (slots.length === 0 || slots.some(({ isInherited }) => isInherited)) return undefined
  const each = (code: (slot: TextSlot, i: number) => string, by: string) => slots.map(code).join(by)
  const make = generated<(slots: readonly TextSlot[]) => Renderer>(`return slots => {
    const [${each((_, i) => `{ codec: c${i}, write: w${i} }`, ', ')}] = slots
    return values => {
      let v
      ${each(({ attribute, codec, constant }, i) => {
        const absent = constant === undefined ? 'v' : JSON.stringify(codec.encode(constant))
        return `const t${i} = (v = values[${JSON.stringify(attribute)}]) === undefined ? ${absent} : c${i}.encode(v)`
      }, '\n')}
      if (${each((_, i) => `t${i} === undefined`, ' || ')}) return undefined
      const text = ${each(({ head }, i) => `${JSON.stringify(head)} + w${i}(t${i})`, ' + ')} + ${JSON.stringify(tail)}
      return text.length * 3 <= ${limit} ? text : undefined
    }
  }`)
  return make?.(slots)
}

/** Copies the members of an object, as `{ ...value }`. */
export type Copy = (value: object) => Record<string, unknown>

export const spread: Copy = value => ({ ...value })

/**
 * Makes a {@link Copy} of its own. Engines learn at each place of the code which shapes of objects come by, and copy several
 * times as fast where they are few, such as the items of one model.
 */
export const copyMaker = (): Copy | undefined => {
  made++ // Engines share what they learn between functions of the same text, so each has its number.
  return generated(`return value => ({ ...value }) // ${made}`)
}

let made = 0

/** Generating code takes as long as a hundred calls of slower code, so it is done only for what is called often. */
const OFTEN = 8

/** Calls `slow`. The eighth call also makes a fast function, which `take` gets, to put it in place of this one. */
export const often = <Args extends readonly unknown[], Result>(
  slow: (...args: Args) => Result,
  make: () => ((...args: Args) => Result) | undefined,
  take: (made: (...args: Args) => Result) => void
): ((...args: Args) => Result) => {
  let asked = 0
  return (...args) => {
    const made = ++asked === OFTEN ? ifAllowed(make) : undefined
    if (made !== undefined) take(made)
    return slow(...args)
  }
}

/** Runs generated code; `undefined` if the process forbids that. */
const generated = <Made>(source: string): Made | undefined => ifAllowed(() => (new Function(source) as () => Made)()) // the source says so

const ifAllowed = <Made>(make: () => Made): Made | undefined => {
  try {
    return make()
  } catch (error) {
    if (error instanceof EvalError) return undefined
    throw error
  }
}
