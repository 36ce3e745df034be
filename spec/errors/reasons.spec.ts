import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { DynamoReasonCode } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** All that the type has. */
const KNOWN = Object.keys({
  TransactionConflict: true,
  ItemCollectionSizeLimitExceeded: true,
  ProvisionedThroughputExceeded: true,
  ThrottlingError: true,
  ValidationError: true
} satisfies Record<DynamoReasonCode, true>)

/** What the SDK's own documentation says of a cancelled transaction. */
const documented = (): string[] => {
  const main = createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb')
  const folder = path.join(main, '..', '..', 'dist-types', 'models')
  const texts = readdirSync(folder).map(file =>
    file.endsWith('.d.ts') ? readFileSync(path.join(folder, file), 'utf8') : ''
  )
  return texts.flatMap(text => Array.from(text.matchAll(/<p>Code: <code>(\w+)<\/code>/g), ([, code]) => code ?? ''))
}

test('the codes of a cancelled transaction are those of DynamoDB, and the documentation names them', () => {
  const codes = new Set(documented())
  assert.ok(codes.has('None') && codes.has('ConditionalCheckFailed'))
  const others = [...codes].filter(code => code !== 'None' && code !== 'ConditionalCheckFailed')
  assert.equal(others.sort(), KNOWN.sort())
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
  for (const code of ['None', 'ItemExists', 'ItemNotFound', 'ConditionFailed', ...KNOWN])
    assert.match(page, `\`${code}\``)
})

test.run()
