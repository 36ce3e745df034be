/** How often laws with random cases are tried. */
import * as assert from 'uvu/assert'
import { findDynoxide } from '../../lib/testing/dynoxide.ts'

const { KEYSTORM_ENGINE: engine, DYNAMODB_ENDPOINT: endpoint, SPEC_RUNS } = process.env
const isDynoxide = engine ? engine === 'dynoxide' : !endpoint && findDynoxide() !== undefined

const EVERY_DAY = 0.5

/** The share of a law's runs that is tried: half on the default engine, less on those that are there for comparison. */
const share = Number(SPEC_RUNS || (isDynoxide ? EVERY_DAY : 0.1))

/** How often a law is tried. */
export const runs = (full: number): number => Math.ceil(full * share)

/** Asserts that a law's cases had enough of what it is about; of fewer than every day's, chance decides what they have. */
export const assertMany = (isMany: boolean, said: string): void => assert.ok(isMany || share < EVERY_DAY, said)

// The same for laws that need no engine, and so hold for as many cases on each.

const part = Number(SPEC_RUNS || EVERY_DAY) / EVERY_DAY

/** How often such a law is tried, given how often it is every day. */
export const tries = (everyDay: number): number => Math.ceil(everyDay * part)

export const assertTried = (isMany: boolean, said: string): void => assert.ok(isMany || part < 1, said)
