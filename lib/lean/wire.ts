/**
 * Converts between inputs and outputs and DynamoDB's JSON, where bytes are base64 and everything else is the same. Only
 * an attribute value has a member `B` that is a text, or `BS` that is a list of texts. For an item's attribute named
 * `B`, or a table of that name, the member is an object or a list of objects.
 */

/** Makes the body of a request. */
export const toWire = (input: object): string =>
  hasBytes(input) ? JSON.stringify(input, asBase64) : JSON.stringify(input)

const hasBytes = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Uint8Array) return true
  for (const key in value) if (hasBytes((value as Record<string, unknown>)[key])) return true // it has this key
  return false
}

// `this` holds the original value. Buffer's toJSON has already changed `given`.
function asBase64(this: Record<string, unknown>, key: string, given: unknown): unknown {
  const value = this[key]
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    : given
}

/** Parses the body of an answer. Throws SyntaxError. */
export const fromWire = (text: string): object => {
  const output: unknown = text === '' ? {} : JSON.parse(text)
  if (typeof output !== 'object' || output === null) throw new SyntaxError('no object')
  if (text.includes('"B"') || text.includes('"BS"')) readBytes(output)
  if (text.includes('DateTime"')) readDates(output)
  return output
}

const readBytes = (value: object): void => {
  for (const [key, member] of Object.entries(value)) {
    if (key === 'B' && typeof member === 'string') (value as { B: Uint8Array }).B = bytesOf(member)
    else if (key === 'BS' && isTexts(member)) (value as { BS: Uint8Array[] }).BS = member.map(bytesOf)
    else if (typeof member === 'object' && member !== null) readBytes(member)
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

/** Table descriptions have times in seconds. No numeric member of an item has such a name. */
const readDates = (value: object): void => {
  for (const [key, member] of Object.entries(value)) {
    if (key.endsWith('DateTime') && typeof member === 'number')
      Object.defineProperty(value, key, { value: new Date(member * 1000) })
    else if (typeof member === 'object' && member !== null) readDates(member)
  }
}
