import type { AttributeValue, QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { describe } from '../../errors.ts'
import { MadeOperator } from '../../expressions/operators.ts'
import type { Projection } from '../../schema/table-layout.ts'

/** What an explanation needs to know of a read. */
export interface ReadFacts {
  readonly operation: 'Query' | 'Scan'
  /** Of the first request. */
  readonly input: QueryCommandInput & ScanCommandInput
  readonly models: readonly string[]
  readonly where: Readonly<Record<string, unknown>>
  /** Whether the sort key bounds include more than the range. */
  readonly isWide: boolean
  /** Whether the bounds also include what stands between the models' own parts of the partition. */
  readonly hasGaps?: boolean
  /** Whether the read expects to drop rows. */
  readonly isSparse: boolean
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  readonly segments?: number | undefined
  /** How many key attributes precede the requested ones in the projection. */
  readonly keyCount: number
  /** Whether the index is a local one. */
  readonly isLocal: boolean
  /** The projection of the index. */
  readonly projection?: Projection | undefined
}

/** Explains a read, in words and as plain data. `String(explanation)` gives the words. */
export class Explanation {
  readonly operation: 'Query' | 'Scan'
  readonly models: readonly string[]
  /** `'table'`, or the name of the index. */
  readonly index: 'table' | (string & {})
  readonly consistent: boolean
  /** The values and ranges of where(), such as `owner = "o"`. */
  readonly key: readonly string[]
  /** The key condition as sent, with its values. */
  readonly bounds: string
  readonly filter: string | undefined
  readonly only: readonly string[] | undefined
  readonly order: 'forwards' | 'backwards' | 'none'
  /** The key after which the read starts. */
  readonly after: string | undefined
  readonly limit: number | undefined
  readonly pageSize: number | undefined
  /** Hidden costs and surprises. */
  readonly warnings: readonly string[]

  constructor(facts: ReadFacts) {
    const { operation, input, models, where, limit, pageSize } = facts
    this.operation = operation
    this.models = models
    this.index = input.IndexName ?? 'table'
    this.consistent = input.ConsistentRead === true
    this.key = Object.entries(where).map(([name, value]) => `${name} ${tell(value)}`)
    this.bounds =
      filledIn(input.KeyConditionExpression, input) ??
      (this.index === 'table' ? 'the whole table' : `all of ${this.index}`)
    this.filter = filledIn(input.FilterExpression, input)
    this.only = filledIn(input.ProjectionExpression, input)?.split(', ').slice(facts.keyCount)
    this.order = operation === 'Scan' ? 'none' : input.ScanIndexForward === false ? 'backwards' : 'forwards'
    this.after = after(input.ExclusiveStartKey)
    this.limit = limit
    this.pageSize = pageSize
    this.warnings = warningsOf(facts)
    Object.freeze(this)
  }

  toString(): string {
    const { operation, models, index, consistent, key, bounds, filter, only, order, limit, pageSize, warnings } = this
    const lines: readonly (readonly [string, string | number | undefined])[] = [
      [
        operation,
        `${models.join(', ')} on ${index === 'table' ? 'the table' : index}${consistent ? ', consistent' : ''}`
      ],
      ['key', key.join(' and ') || undefined],
      ['bounds', bounds],
      ['filter', filter],
      ['only', only?.join(', ')],
      ['order', order === 'none' ? undefined : order],
      ['after', this.after],
      ['limit', limit],
      ['page', pageSize],
      ...warnings.map(warning => ['warning', warning] as const)
    ]
    return lines.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(8)} ${text}`])).join('\n')
  }
}

const SIGNS: Readonly<Record<string, string>> = {
  eq: '=',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  beginsWith: 'begins with'
}

const tell = (value: unknown): string => {
  if (!(value instanceof MadeOperator)) return `= ${describe(value)}`
  const { kind, operands } = value
  return kind === 'between'
    ? `between ${operands.map(describe).join(' and ')}`
    : `${SIGNS[kind]} ${describe(operands[0])}`
}

type Placeholders = Pick<QueryCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>

/** Replaces an expression's placeholders by their names and values. */
const filledIn = (
  expression: string | undefined,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Placeholders
): string | undefined => expression?.replace(/[#:]\w+/g, placeholder => names[placeholder] ?? show(values[placeholder]))

const show = (value: AttributeValue | undefined): string => {
  const [type, content] = Object.entries(value ?? {})[0] ?? []
  return type === 'N' ? String(content) : type === 'NULL' ? 'null' : describe(content)
}

const after = (key: QueryCommandInput['ExclusiveStartKey']): string | undefined =>
  key &&
  Object.entries(key)
    .slice(0, 2)
    .map(([name, value]) => `${name} = ${show(value)}`)
    .join(' and ')

const warningsOf = ({
  operation,
  input,
  isWide,
  hasGaps,
  isSparse,
  limit,
  segments,
  isLocal,
  projection
}: ReadFacts): string[] => {
  const warnings: string[] = []
  if (operation === 'Scan')
    warnings.push(
      `a scan reads, and is charged for, everything in ${input.IndexName ?? 'the table'}${segments ? `, in ${segments} segments at a time` : ''}`
    )
  if (input.FilterExpression !== undefined)
    warnings.push('the filter drops items after they are read: they cost as much as those that stay')
  if (isWide)
    warnings.push('the bounds are wider than the range, so that nothing is missed: the rest is dropped after the read')
  if (hasGaps) warnings.push('what stands between the items of these models in the partition is read, too, and dropped')
  if (input.ProjectionExpression !== undefined)
    warnings.push('only() saves transfer; what is read costs as much as whole items')
  if (input.IndexName !== undefined && !isLocal)
    warnings.push(`${input.IndexName} is eventually consistent: it may lack what was just written`)
  if (projection !== undefined && projection !== 'ALL')
    warnings.push(
      `${input.IndexName} projects ${projection === 'KEYS_ONLY' ? 'keys only' : projection.join(', ')}: whole() reads each item once more for the rest`
    )
  if (limit !== undefined && isSparse)
    warnings.push(
      `limit() counts what is given: the first request reads up to ${input.Limit} rows, and others follow until there are enough`
    )
  if (limit === undefined) warnings.push('without limit() all pages are read, for count() too, one request for each MB')
  return warnings
}
