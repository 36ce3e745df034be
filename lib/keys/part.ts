import { describe, InvalidModel } from '../errors.ts'

/** One slot of a key: the attribute that fills it, and the identifier before it ('' for none). */
interface Part {
  readonly attribute: string
  readonly identifier: string
}

/** The identifier of a part that is an own key: an attribute stored as it is. Its name may hold `#`. */
export type Own = '(own)'

/** The attribute of a part: `apple` for `'apple'`, `'BN#apple'` and `'#apple'`. */
export type AttributeOf<P extends string> = P extends `${infer Before}#${infer Rest}`
  ? Rest extends `${string}#${string}`
    ? Before extends Own
      ? Rest
      : AttributeOf<Rest>
    : Rest
  : P

/** The identifier of a part: `A` for `'apple'`, `BN` for `'BN#banana'`, '' for `'#banana'`. */
export type IdentifierOf<P extends string> = P extends `${string}#${string}`
  ? P extends `${infer Identifier}#${AttributeOf<P>}`
    ? Identifier
    : never
  : P extends `${infer First}${string}`
    ? Uppercase<First>
    : never

/**
 * Parses a part given to `.pk()`, `.sk()` or `.gsi1()`: `'apple'`, `'BN#apple'` or `'#apple'`. The run-time twin of
 * AttributeOf and IdentifierOf.
 */
export const parsePart = (model: string, part: string, raw: boolean): Part => {
  if (typeof part !== 'string')
    throw new InvalidModel(model, `a key is made of names of attributes, but one is ${describe(part)}`)
  const at = part.lastIndexOf('#')
  const attribute = part.slice(at + 1)
  const identifier = at >= 0 ? part.slice(0, at) : attribute.charAt(0).toUpperCase()
  if (attribute === '') throw new InvalidModel(model, `the key part '${part}' names no attribute`)
  if (/\{.+\}/.test(part))
    throw new InvalidModel(model, `the key part '${part}' has braces: write text('${part}') for a whole key`)
  // Types split text into UTF-16 units, so the type-level identifier would be half a character.
  if (!identifier.isWellFormed())
    throw new InvalidModel(model, `the key part '${part}' needs an identifier of its own, such as 'X#${part}'`)
  checkName(model, attribute)
  checkFixed(model, `the identifier of the key part '${part}'`, identifier, raw)
  return { attribute, identifier }
}

/** Refuses names that no attribute can have. */
export const checkName = (model: string, attribute: string): void => {
  if (attribute === '' || attribute === '__proto__')
    throw new InvalidModel(model, `an attribute cannot be called '${attribute}'`)
}

/** Refuses `#` and `%` in the fixed text of a key, because they separate and escape values. */
export const checkFixed = (model: string, what: string, text: string, raw: boolean): void => {
  if (typeof text !== 'string') throw new InvalidModel(model, `${what} must be a text, but is ${describe(text)}`)
  if (!text.isWellFormed()) throw new InvalidModel(model, `${what} holds a lone surrogate`)
  if (!raw && /[#%]/.test(text))
    throw new InvalidModel(
      model,
      `${what} holds '#' or '%', which keep values apart in keys; choose another, or call .rawKeys() first ` +
        `if the table already holds such keys`
    )
}
