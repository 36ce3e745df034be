/** Code stays optimized when garbage is collected. What that is worth is in docs/performance.md. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const PROGRAM = path.join(import.meta.dirname, '../support/collected.ts')
/** Code that depended on a hidden class which died. */
const DROPPED = /<SharedFunctionInfo _?(\w+)>.*reason: (?:embedded )?weak objects/
const CLASSES = ['GivenKey', 'Report', 'Printer', 'Get', 'Put', 'Update', 'Query', 'Known', 'Copier', 'Made', 'Delete']

/** The classes whose constructors the engine must optimize again after garbage was collected. */
const droppedBy = async (...options: readonly string[]): Promise<string[]> => {
  const flags = ['--expose-gc', '--trace-deopt', '--single-threaded', '--import', import.meta.resolve('tsx')]
  const args = [...flags, PROGRAM, ...options]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 })
  const [, told = ''] = /^collects(.*)^has collected/ms.exec(stdout) ?? []
  const names = told.split('\n').map(line => DROPPED.exec(line)?.[1])
  return CLASSES.filter(name => names.includes(name))
}

test('a full garbage collection drops no optimized code, for one object of each class stays alive', async () => {
  assert.equal(await droppedBy(), [])
  const otherwise = await droppedBy('--forget')
  assert.ok(
    ['Get', 'Put', 'Query'].every(name => otherwise.includes(name)),
    `without them it drops ${otherwise}`
  )
})

test.run()
