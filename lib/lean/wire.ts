/**
 * Attribute values as DynamoDB's JSON has them: bytes are base64 there, and all else is as it is in inputs and outputs.
 * Only an attribute value has a member `B` that is text, or `BS` that is a list of texts: in an item of an attribute `B`, or
 * among tables of such a name, it is an object or a list of objects.
 */

/** The body of a request. */
export const toWire = (input: object): string =>
  hasBytes(input) ? JSON.stringify(input, asBase64) : JSON.stringify(input)

const hasBytes = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Uint8Array) return true
  for (const key in value) if (hasBytes((value as Record<string, unknown>)[key])) return true
  return false
}

// `this` has the value as it is; what is given has been through Buffer's toJSON.
function asBase64(this: Record<string, unknown>, key: string, given: unknown): unknown {
  const value = this[key]
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    : given
}

/** What the body of an answer says. Throws SyntaxError. */
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

/** Descriptions of tables tell times in seconds; of items, no member that is a number has such a name. */
const readDates = (value: object): void => {
  for (const [key, member] of Object.entries(value)) {
    if (key.endsWith('DateTime') && typeof member === 'number')
      Object.defineProperty(value, key, { value: new Date(member * 1000) })
    else if (typeof member === 'object' && member !== null) readDates(member)
  }
}
