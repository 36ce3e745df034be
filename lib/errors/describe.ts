/** Says what a value is, for messages: short, and never a whole item. */
export const describe = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === '') return 'an empty string'
  if (typeof value === 'string') {
    if (!value.isWellFormed()) return 'a string with a lone surrogate'
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value)
  }
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toJSON()
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no prototype'})`
  return typeof value === 'function' ? 'a function' : String(value)
}
