/** What docs/migrating-from-storm.md says of STORM, in `python` blocks, is what STORM does. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { blocksOf, readDocument } from '../support/document.ts'
import { crossing } from './both.ts'

crossing('the python blocks of the migration guide give what they say', ({ python, engine, tables }) =>
  tables(async ({ table }) => {
    const { text } = readDocument('docs/migrating-from-storm.md')
    const input = blocksOf(text, 'python').join('\n')
    const { status, stdout, stderr } = spawnSync(python.command, [path.join(import.meta.dirname, 'storm_blocks.py')], {
      input,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...process.env,
        PYTHONPATH: python.packages,
        PYTHONUTF8: '1',
        DB_TABLE_NAME: table,
        AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local'
      }
    })
    assert.is(status, 0, stderr)
    const marks = input.match(/# →/g) ?? []
    assert.ok(marks.length > 3)
    assert.is(Number(stdout), marks.length)
  })
)

test.run()
