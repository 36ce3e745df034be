/** What docs/migrating-from-storm.md says of STORM, in `python` blocks, is what STORM does. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { blocksOf, readDocument } from '../support/document.ts'
import { crossing } from './both.ts'

/** Runs the program in a process of its own, while the engine may have to run in this one. Throws what Python says. */
const runPython = (command: string, input: string, env: NodeJS.ProcessEnv): Promise<string> =>
  new Promise((resolve, reject) => {
    const program = path.join(import.meta.dirname, 'storm_blocks.py')
    const child = execFile(command, [program], { env, timeout: 120_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr || error.message)) : resolve(stdout)
    )
    child.stdin?.end(input)
  })

crossing('the python blocks of the migration guide give what they say', ({ python, engine, tables }) =>
  tables(async ({ table }) => {
    const { text } = readDocument('docs/migrating-from-storm.md')
    const input = blocksOf(text, 'python').join('\n')
    const stdout = await runPython(python.command, input, {
      ...process.env,
      PYTHONPATH: python.packages,
      PYTHONUTF8: '1',
      DB_TABLE_NAME: table,
      AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local'
    })
    const marks = input.match(/# →/g) ?? []
    assert.ok(marks.length > 3)
    assert.is(Number(stdout), marks.length)
  })
)

test.run()
