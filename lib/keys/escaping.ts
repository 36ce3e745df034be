/** The delimiters that separate values in the keys of a table, and the escapes that keep them out of values. */
export interface Escaping {
  readonly delimiters: string
  /** Escapes delimiters and `%` in a value, such as `%23` for `#`. */
  write(value: string): string
  /** The value of an escaped text; `undefined` if `write` never gives this text. */
  read(text: string): string | undefined
  /** The position where the value that begins at `at` ends, which is the next delimiter; -1 if there is none. */
  end(key: string, at: number): number
}

/**
 * The type of a literal text escaped for the delimiters `D`. For delimiters other than `#`, a text that holds one of
 * them (or `%`) is just `string`.
 */
export type Written<S extends string, D extends string> = D extends '#'
  ? Escaped<S>
  : S extends `${string}${Characters<D> | '%'}${string}`
    ? string
    : S

type Characters<D extends string> = D extends `${infer First}${infer Rest}` ? First | Characters<Rest> : never

/** The type-level twin of {@link HASH}. */
export type Escaped<S extends string> = string extends S ? S : EscapeIn<EscapeIn<S, '%', '%25'>, '#', '%23'>

type EscapeIn<
  S extends string,
  From extends string,
  To extends string
> = S extends `${infer Before}${From}${infer After}` ? `${Before}${To}${EscapeIn<After, From, To>}` : S

/** STORM's only delimiter, `#`. */
export const HASH: Escaping = {
  delimiters: '#',
  write: value =>
    value.includes('#') || value.includes('%') ? value.replaceAll('%', '%25').replaceAll('#', '%23') : value,
  read: text => {
    if (!text.includes('%')) return text.includes('#') ? undefined : text
    if (/#|%(?!2[35])/.test(text)) return undefined
    return text.replaceAll('%23', '#').replaceAll('%25', '%')
  },
  end: (key, at) => key.indexOf('#', at)
}

/** Whether a character can be a delimiter: one byte, but no letter, digit or `%`, which make up the escapes. */
export const isDelimiter = (character: string): boolean => /^[\0-$&-/:-@[-`{-\x7f]$/.test(character)

const made = new Map<string, Escaping>([[HASH.delimiters, HASH]])

/** The escaping for these delimiters, cached. */
export const escapingFor = (delimiters: string): Escaping => {
  const known = made.get(delimiters)
  if (known !== undefined) return known
  const escaping = escapingOf(delimiters)
  made.set(delimiters, escaping)
  return escaping
}

const escapingOf = (delimiters: string): Escaping => {
  const codes = new Map([...delimiters, '%'].map(character => [character, codeOf(character)]))
  const characters = new Map([...codes].map(([character, code]) => [code, character]))
  // Most values need no escapes.
  const some = new RegExp(`[${[...codes.values()].join('').replaceAll('%', '\\x')}]`)
  return {
    delimiters,
    write: value => {
      if (!some.test(value)) return value
      let text = ''
      for (const character of value) text += codes.get(character) ?? character
      return text
    },
    read: text => {
      if (!some.test(text)) return text
      let value = ''
      for (let at = 0; at < text.length; at++) {
        const character = text.charAt(at)
        if (character !== '%') {
          if (codes.has(character)) return undefined
          value += character
          continue
        }
        const meant = characters.get(text.slice(at, at + 3))
        if (meant === undefined) return undefined
        value += meant
        at += 2
      }
      return value
    },
    end: (key, at) => {
      for (let i = at; i < key.length; i++) if (delimiters.includes(key.charAt(i))) return i
      return -1
    }
  }
}

/** The escape of a character: `%23` for `#`. */
export const codeOf = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
