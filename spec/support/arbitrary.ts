import fc from 'fast-check'

/** Strings that try to break keys: the delimiter, the escape character and its codes, identifiers, odd Unicode. */
const hostile = fc
  .array(
    fc.constantFrom(
      '#',
      '%',
      '%23',
      '%25',
      '2',
      '3',
      '5',
      'A',
      'B',
      '#B#',
      '##',
      '-',
      '0',
      ' ',
      '!',
      'é',
      '日',
      '🍌',
      '\u0000'
    ),
    {
      minLength: 1,
      maxLength: 6
    }
  )
  .map(parts => parts.join(''))

const SURROGATES = 0xd800
const AFTER_SURROGATES = 0xe000
const COUNT = AFTER_SURROGATES - SURROGATES

/**
 * Any character of Unicode: what fast-check's unit 'binary' gives, without the table of all of them that takes more than a
 * second to make.
 */
export const character = fc.nat(0x10ffff - COUNT).map(
  n => String.fromCodePoint(n < SURROGATES ? n : n + COUNT),
  given => {
    const code = typeof given === 'string' ? (given.codePointAt(0) ?? SURROGATES) : SURROGATES
    const isOther = (code >= SURROGATES && code < AFTER_SURROGATES) || given !== String.fromCodePoint(code)
    if (isOther) throw new Error('This is no character.')
    return code < SURROGATES ? code : code - COUNT
  }
)

/** Any string that may stand in a key: not empty, no lone surrogate; some of them long. */
export const keyString = fc.oneof(
  { weight: 3, arbitrary: hostile },
  { weight: 3, arbitrary: fc.string({ unit: character, minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom('a', '#', '%'), minLength: 60, maxLength: 100 }) }
)

export const safeInteger = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0)
)

/** Dates whose ISO form has a year of four digits. */
export const isoDate = fc.date({
  min: new Date('0000-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true
})
