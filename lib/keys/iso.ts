// Keys and attributes write and read many dates. With Date's own methods, these would take most of the time.

const DAY = 86_400_000
/** Days from 1 March of the year 0, where cycles of 400 years begin, to 1970. */
const EPOCH = 719_468
const ERA = 146_097

const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'))

/** The same text as `toISOString()` for the years 0 to 9999; `undefined` for others. */
export const isoOf = (time: number): string | undefined => {
  if (!(time >= FIRST && time <= LAST)) return undefined
  const day = Math.floor(time / DAY)
  const rest = time - day * DAY
  // The civil calendar of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
  const days = day + EPOCH
  const era = Math.floor(days / ERA)
  const ofEra = days - era * ERA
  const yearOfEra = Math.trunc(
    (ofEra - Math.trunc(ofEra / 1460) + Math.trunc(ofEra / 36_524) - Math.trunc(ofEra / 146_096)) / 365
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100))
  const shifted = Math.trunc((5 * ofYear + 2) / 153)
  const date = ofYear - Math.trunc((153 * shifted + 2) / 5) + 1
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const hours = Math.trunc(rest / 3_600_000)
  const minutes = Math.trunc(rest / 60_000) % 60
  const seconds = Math.trunc(rest / 1000) % 60
  return `${TWO[Math.trunc(year / 100)]}${TWO[year % 100]}-${TWO[month]}-${TWO[date]}T${TWO[hours]}:${TWO[minutes]}:${TWO[seconds]}.${TWO[Math.trunc(rest / 10) % 100]}${rest % 10}Z`
}

/** The time of a text that {@link isoOf} gives; `undefined` for all others, days that do not exist included. */
export const instantOf = (text: string): number | undefined => {
  if (text.length !== 24 || !hasMarks(text)) return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const date = digits(text, 8, 10)
  const hours = digits(text, 11, 13)
  const minutes = digits(text, 14, 16)
  const seconds = digits(text, 17, 19)
  const milliseconds = digits(text, 20, 23)
  if (!(year >= 0 && month >= 1 && month <= 12 && date >= 1 && date <= lengthOf(month, year))) return undefined
  if (!(hours >= 0 && hours <= 23 && minutes >= 0 && minutes <= 59 && seconds >= 0 && seconds <= 59)) return undefined
  if (!(milliseconds >= 0)) return undefined
  const from = month <= 2 ? year - 1 : year
  const era = Math.floor(from / 400)
  const yearOfEra = from - era * 400
  const ofYear = Math.trunc((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1
  const ofEra = yearOfEra * 365 + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100) + ofYear
  const day = era * ERA + ofEra - EPOCH
  return day * DAY + hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + milliseconds
}

const hasMarks = (text: string): boolean =>
  text.charCodeAt(4) === 45 &&
  text.charCodeAt(7) === 45 &&
  text.charCodeAt(10) === 84 &&
  text.charCodeAt(13) === 58 &&
  text.charCodeAt(16) === 58 &&
  text.charCodeAt(19) === 46 &&
  text.charCodeAt(23) === 90

/** The number that these digits make; NaN if one of them is no digit. */
const digits = (text: string, start: number, end: number): number => {
  let number = 0
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    number = number * 10 + digit
  }
  return number
}

const lengthOf = (month: number, year: number): number =>
  month === 2
    ? (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

/** The first and last instant of the years with four digits. */
export const FIRST = Date.parse('0000-01-01T00:00:00.000Z')
export const LAST = Date.parse('9999-12-31T23:59:59.999Z')
