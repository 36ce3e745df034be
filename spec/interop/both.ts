/** STORM and keystorm on one engine; skipped where Python or the package is missing. */
import { randomUUID } from 'node:crypto'
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { test } from 'uvu'
import { type LocalEngine, startLocalEngine } from '../../lib/testing/index.ts'
import { connect } from '../../lib/verbs/db.ts'
import { createTable } from '../../lib/verbs/table/create.ts'
import { saySkipped } from '../support/engine.ts'
import type { Place } from './cross.ts'
import { findStorm, type Python, Storm } from './python.ts'

const found = findStorm()
if (typeof found === 'string' && process.env.KEYSTORM_INTEROP === 'required') throw new Error(found)

/** Gives two empty tables, neither of which is that of a context, and deletes them afterwards. */
export type Tables = (use: (ours: Place, theirs: Place) => Promise<void>) => Promise<void>

const tablesOn =
  (client: DynamoDBClient): Tables =>
  async use => {
    const place = () => {
      const table = `interop-${randomUUID()}`
      return { db: connect({ table, client }), table, client }
    }
    const places: readonly [Place, Place] = [place(), place()]
    for (const { db } of places) await createTable(db)
    try {
      await use(...places)
    } finally {
      for (const { table } of places) await client.send(new DeleteTableCommand({ TableName: table }))
    }
  }

interface Both {
  readonly python: Python
  readonly engine: LocalEngine
  readonly storm: Storm
  readonly tables: Tables
}

let both: (Both & { stop(): Promise<void> }) | undefined

const start = async (python: Python) => {
  const engine = await startLocalEngine()
  const storm = new Storm(python, engine.endpoint)
  console.log(await storm.about())
  const stop = async () => {
    await storm.stop()
    await engine.stop()
  }
  return { python, engine, storm, tables: tablesOn(engine.client), stop }
}

const stop = async (): Promise<void> => {
  await both?.stop()
  both = undefined
}

/** A test, where STORM is at hand; all tests of a file share the engine and the Python process. */
export const crossing = (name: string, run: (both: Both) => Promise<void>): void => {
  if (typeof found === 'string') {
    saySkipped(found)
    test.skip(name)
    return
  }
  test(name, async () => {
    both ??= await start(found)
    await run(both)
  })
  test.after(stop) // of this file, by whichever test says so
}
