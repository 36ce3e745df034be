/** Helpers with which the examples print. */
import { inspect } from 'node:util'
import type { AttributeValue, PutItemCommandInput } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

const WIDTH = 112

export const heading = (text: string): void => console.log(`\n${text}\n${'='.repeat(text.length)}`)

/** A value on one line, cut if the line is too long. */
export const oneLine = (value: unknown, width = WIDTH): string => {
  const text = inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY })
  return text.length > width ? `${text.slice(0, width - 2)} …` : text
}

/** A value in full, on as many lines as needed. */
const inFull = (value: unknown): string =>
  inspect(value, { depth: null, compact: 4, breakLength: WIDTH }).replaceAll('\n', '\n    ')

/** A builder of keystorm: compile() returns its command, `await` sends it. */
interface Builder<Result, Command extends object = object> extends PromiseLike<Result> {
  compile(): Command
}

/** Runs a builder, and prints its command and its result. */
export const run = async <Result>(what: string, operation: string, builder: Builder<Result>): Promise<Result> => {
  console.log(`\n${what}\n  ${operation} ${inFull(builder.compile())}`)
  const result = await builder
  for (const line of Array.isArray(result) ? result.map(item => oneLine(item)) : [inFull(result)])
    console.log(`  → ${line}`)
  return result
}

/** The same for one of many writes, but prints only the keys of its command. */
export const runShortly = async <Result>(builder: Builder<Result, PutItemCommandInput>): Promise<Result> => {
  const { Item = {}, ConditionExpression } = builder.compile()
  const keys = ['PK', 'SK', 'GSI1PK'].filter(name => Item[name]).map(name => `${name} ${Item[name]?.S}`)
  const result = await builder
  console.log(`  PutItem  ${keys.join('  ')}${ConditionExpression ? `  if ${ConditionExpression}` : ''}  → written`)
  return result
}

/** Rows of text in aligned columns. */
export const printColumns = (names: readonly string[], rows: readonly (readonly string[])[]): void => {
  const widths = names.map((_, i) => Math.max(...[names, ...rows].map(row => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()
  for (const row of [names, widths.map(width => '-'.repeat(width)), ...rows]) console.log(line(row))
}

/** These attributes of stored rows, sorted. */
export const printRows = (rows: readonly Record<string, AttributeValue>[], names: readonly string[]): void => {
  const cells = rows.map(row => names.map(name => cell(row[name])))
  printColumns(
    names,
    cells.sort((a, b) => (a.join('\0') < b.join('\0') ? -1 : 1))
  )
}

const cell = (value: AttributeValue | undefined): string => {
  const { text = '' } = value ? unmarshall({ text: value }) : {}
  return typeof text === 'string' ? text : oneLine(text, 40)
}
