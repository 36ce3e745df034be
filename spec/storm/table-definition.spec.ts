import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { tableDefinition } from '../../lib/schema/table-definition.ts'
import { tableDefinitionCase } from './data.ts'
import { Tally } from './tally.ts'

test('the table is the one STORM defines, but billed on demand', () => {
  const { input, expect } = tableDefinitionCase()
  const { BillingMode, ...table } = tableDefinition(input.table_name)
  assert.is(BillingMode, 'PAY_PER_REQUEST')
  assert.equal(table, withoutThroughput(expect))
  const tally = new Tally("STORM's table")
  tally.add('alike, but billed on demand', 'table-definition')
  tally.print()
})

/** STORM provisions one unit of each, for the table and again for the index. */
const withoutThroughput = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutThroughput)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => name !== 'ProvisionedThroughput')
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutThroughput(inner)]))
}

test.run()
