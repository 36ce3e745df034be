import type { OnRequest, RequestEvent } from 'keystorm'

interface LoggerOptions {
  /** Shows what keys and expressions hold; else a question mark stands for each value. */
  readonly values?: boolean
  /** What takes longer, in milliseconds, is marked. */
  readonly slow?: number
  readonly colour?: boolean
  readonly write?: (line: string) => void
}

/** The expressions of an input, in the order to print them. */
const EXPRESSIONS = ['KeyConditionExpression', 'FilterExpression', 'UpdateExpression', 'ConditionExpression'] as const

type Input = Readonly<Partial<Record<(typeof EXPRESSIONS)[number], string>>> & {
  readonly Key?: Readonly<Record<string, object>>
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Readonly<Record<string, object>>
}

/** Prints a line for each request, as tools for SQL do. */
export const requestLogger = ({
  values = false,
  slow = 100,
  colour = process.stdout.isTTY === true,
  write = console.log
}: LoggerOptions = {}): OnRequest => {
  const paint = (code: number, text: string) => (colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text)
  return event => {
    const { milliseconds, verb, models, index, label, error, attempts } = event
    const time = `${milliseconds.toFixed(1)} ms`.padStart(9)
    const parts = [
      paint(milliseconds > slow ? 31 : 90, time),
      paint(36, verb.padEnd(10)),
      paint(1, models.join(', ') + (index === undefined ? '' : ` on ${index}`)),
      sentence(event, values),
      paint(90, result(event)),
      attempts > 1 ? paint(33, `${attempts} attempts`) : '',
      error === undefined ? '' : paint(31, error),
      label === undefined ? '' : paint(35, `[${label}]`)
    ]
    write(parts.filter(part => part !== '').join('  '))
  }
}

const sentence = (event: RequestEvent, isFull: boolean): string => {
  const input: Input = event.values().input as object // the input of any operation
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: known = {}, Key = {} } = input
  const key = Object.entries(Key).map(([name, value]) => `${name} = ${isFull ? shown(value) : '?'}`)
  const texts = EXPRESSIONS.flatMap(name => input[name] ?? []).map(text =>
    text
      .replace(/#\w+/g, placeholder => names[placeholder] ?? placeholder)
      .replace(/:\w+/g, placeholder => (isFull ? shown(known[placeholder]) : '?'))
  )
  return [key.join(' AND '), ...texts].filter(Boolean).join(' | ')
}

/** An attribute value, without its type. */
const shown = (value: object | undefined): string => JSON.stringify(Object.values(value ?? {})[0])

const result = ({ itemsRead, itemsReturned, readUnits, writeUnits }: RequestEvent): string => {
  const items = itemsRead === itemsReturned ? `${itemsRead}` : `${itemsReturned} of ${itemsRead}`
  const units = [readUnits > 0 ? `${readUnits} RCU` : '', writeUnits > 0 ? `${writeUnits} WCU` : '']
  return [itemsRead > 0 ? `${items} items` : '', ...units].filter(Boolean).join(', ')
}
