/** `#` and `%` are the only characters a key value cannot show as they are. */
export type Escaped<S extends string> = string extends S ? S : EscapeIn<EscapeIn<S, '%', '%25'>, '#', '%23'>

type EscapeIn<
  S extends string,
  From extends string,
  To extends string
> = S extends `${infer Before}${From}${infer After}` ? `${Before}${To}${EscapeIn<After, From, To>}` : S

/** Makes a value safe between the `#` of a key: `#` becomes `%23`, `%` becomes `%25`, all else stays. */
export const escapeValue = (value: string): string =>
  value.includes('#') || value.includes('%') ? value.replaceAll('%', '%25').replaceAll('#', '%23') : value

/** Takes an escaped value back; `undefined` if no value is escaped to this text. */
export const unescapeValue = (text: string): string | undefined => {
  if (!text.includes('%')) return text.includes('#') ? undefined : text
  if (/#|%(?!2[35])/.test(text)) return undefined
  return text.replaceAll('%23', '#').replaceAll('%25', '%')
}
