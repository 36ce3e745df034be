/** What the engine under test is called, and what it cannot do. */

import { findDynoxide } from '../../lib/testing/dynoxide.ts'
import { engineFromEnvironment } from '../../lib/testing/engine.ts'

export type Feature =
  | 'transactions'
  | 'timeToLive'
  | 'itemOnConditionFailure'
  | 'byteOrder'
  | 'conditions'
  | 'startAtBound'
  | 'wholePages'

/** The engine that `startLocalEngine()` and `localTable()` use in this process. */
export const engineName = (): string => {
  const wanted = engineFromEnvironment()
  if (wanted) return wanted
  if (process.env.DYNAMODB_ENDPOINT) return 'endpoint'
  return findDynoxide() ? 'dynoxide' : 'dynalite'
}

const MISSING: Record<string, Partial<Record<Feature, string>>> = {
  faults: { wholePages: 'faults end pages early, so nobody knows how many requests a read takes' },
  // What answers at an endpoint is DynamoDB Local most often, which LocalStack has inside.
  endpoint: {
    startAtBound:
      'DynamoDB Local does not start at a key that is the last one of a range, and drops what shares it in GSI1'
  },
  dynalite: {
    transactions: 'dynalite has no transactions',
    timeToLive: 'dynalite has no time to live',
    // It says that false is not false, and ends with a TypeError when a compared attribute is absent.
    conditions: 'dynalite does not evaluate conditions as DynamoDB does',
    byteOrder: 'dynalite orders characters above U+FFFF by the halves they have in UTF-16, not by their bytes',
    itemOnConditionFailure: 'dynalite does not send back the item of a condition that failed'
  }
}

const said = new Set<string>()

/**
 * Why the engine under test cannot run specs of this feature; undefined where it can. Also prints the reason,
 * once, so that no skipped test goes unexplained.
 *
 * ```ts
 * const maybe = lacks('transactions') ? test.skip : test
 * ```
 */
export const lacks = (feature: Feature): string | undefined => {
  const reason = MISSING[process.env.KEYSTORM_FAULTS ? 'faults' : engineName()]?.[feature]
  if (reason && !said.has(reason)) console.log(`skipped: ${reason}`)
  if (reason) said.add(reason)
  return reason
}
