import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const project = path.join(import.meta.dirname, '..', '..')
const HEAD = "import { suite, test } from 'uvu'\nimport * as assert from 'uvu/assert'\n"

interface Run {
  readonly code: number | null
  readonly last: string | undefined
  readonly output: string
}

/** Runs the runner on a folder with these spec files; gives its exit code, last line and whole output. */
const runOn = async (files: Record<string, string>, { pattern = '', seconds = 60 } = {}): Promise<Run> => {
  const root = mkdtempSync(path.join(tmpdir(), 'keystorm-run-'))
  try {
    symlinkSync(path.join(project, 'node_modules'), path.join(root, 'node_modules'), 'junction')
    writeFileSync(path.join(root, 'package.json'), '{ "type": "module" }')
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
      writeFileSync(path.join(root, name), HEAD + text)
    }
    const args = ['--import', 'tsx', path.join(import.meta.dirname, 'run.ts'), '--root', root]
    return await new Promise<Run>(resolve => {
      const env = { ...process.env, KEYSTORM_SPEC_TIMEOUT: String(seconds) }
      const child = execFile(process.execPath, [...args, pattern], { cwd: project, env }, (_, output) =>
        resolve({ code: child.exitCode, last: output.trimEnd().split('\n').at(-1), output })
      )
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const PASSES = "test('passes', () => { console.log('counted', 12) })\ntest.run()\n"
const FAILS = "test('fails', () => assert.is(1, 2))\ntest('passes', () => {})\ntest.run()\n"

// It waits for six seconds, and so begins before the others.
const killed = runOn(
  {
    'busy.spec.ts': "test('x', () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })\ntest.run()",
    'open.spec.ts': "test('x', () => { setInterval(() => {}, 1000) })\ntest.run()"
  },
  { seconds: 6 }
)

const runner = suite('the spec runner')

runner('passes, counts tests and skipped tests, and shows what a spec printed', async () => {
  const late =
    "await new Promise(done => setTimeout(done, 20))\nconst more = suite('more')\nmore('one', () => {})\nmore.run()"
  const { code, last, output } = await runOn({
    'good.spec.ts': `${PASSES}test.skip('later', () => {})\ntest.run()\n${late}`,
    'deep/er.spec.ts': PASSES,
    'deep/no-spec.ts': FAILS
  })
  assert.is(last, '3 passed, 0 failed')
  assert.is(code, 0)
  assert.match(output, /ok {4}deep\/er\.spec\.ts {2}1 passed/)
  assert.match(output, /ok {4}good\.spec\.ts {2}2 passed, 1 skipped/)
  assert.match(output, '| counted 12')
})

runner('gives each file the environment that it began with, whatever others have set or deleted there', async () => {
  const changes =
    "test('x', () => { assert.is(process.env.CHANGED, undefined); assert.ok(process.env.PATH); process.env.CHANGED = 'y'; delete process.env.PATH })\ntest.run()\n"
  const names = [...'abcdefgh'].map(name => `${name}.spec.ts`)
  assert.is((await runOn(Object.fromEntries(names.map(name => [name, changes])))).last, '8 passed, 0 failed')
})

runner('fails when a test fails, and shows why', async () => {
  const { code, last, output } = await runOn({ 'a.spec.ts': FAILS, 'b.spec.ts': PASSES })
  assert.is(last, '2 passed, 1 failed')
  assert.is(code, 1)
  assert.match(output, /FAIL {2}a\.spec\.ts {2}1 passed, 1 failed/)
  assert.match(output, 'Expected values to be strictly equal')
  assert.match(output, 'Failed: a.spec.ts\n')
})

runner('fails when there is no spec file, or none that the pattern matches', async () => {
  for (const { code, last, output } of [
    await runOn({ 'a.ts': PASSES }),
    await runOn({ 'a.spec.ts': PASSES }, { pattern: 'zebra' })
  ]) {
    assert.is(last, '0 passed, 1 failed')
    assert.is(code, 1)
    assert.match(output, 'no spec file')
  }
  assert.is(
    (await runOn({ 'a.spec.ts': PASSES, 'zebra/b.spec.ts': PASSES }, { pattern: 'zebra' })).last,
    '1 passed, 0 failed'
  )
})

runner('fails when a file runs no test', async () => {
  const { code, last, output } = await runOn({
    'forgot.spec.ts': "test('never run', () => {})",
    'good.spec.ts': PASSES,
    'none.spec.ts': 'test.run()',
    'skips.spec.ts': "test.skip('x', () => {})\ntest.run()"
  })
  assert.is(last, '1 passed, 3 failed')
  assert.is(code, 1)
  assert.is(output.split('no test ran').length - 1, 2)
  assert.match(output, "no line 'skipped: …' says why")
})

runner('lets a file skip everything that says why, but not all files', async () => {
  const skips = "console.log('skipped: not on this engine')\ntest.skip('x', () => {})\ntest.run()"
  assert.is((await runOn({ 'good.spec.ts': PASSES, 'skips.spec.ts': skips })).last, '1 passed, 0 failed')
  assert.is((await runOn({ 'skips.spec.ts': skips })).last, '0 passed, 1 failed')
})

runner('fails when a file cannot be loaded, ends early, or has a hook that throws', async () => {
  const { code, last, output } = await runOn({
    'exits.spec.ts': "test('x', () => process.exit(0))\ntest.run()",
    'hook.spec.ts': "test.before(() => { throw new Error('no') })\ntest('x', () => {})\ntest.run()",
    'load.spec.ts': "import './missing.ts'\ntest('x', () => {})\ntest.run()",
    'never.spec.ts': "test('x', () => new Promise(() => {}))\ntest.run()"
  })
  assert.is(last, '0 passed, 4 failed')
  assert.is(code, 1)
  assert.match(output, 'ended before its tests did')
  assert.match(output, 'a hook threw')
  assert.match(output, 'Cannot find module')
  assert.match(output, 'nothing can settle')
})

runner('ends what a file left to do before the next one begins, and tells what each has printed', async () => {
  const { last, output } = await runOn({
    'a.spec.ts': "test('x', () => { setTimeout(() => console.log('late'), 50) })\ntest.run()",
    'b.spec.ts': PASSES,
    'c.spec.ts': "test('x', () => { setTimeout(() => { throw new Error('too late') }, 50) })\ntest.run()",
    'd.spec.ts': PASSES,
    'e.spec.ts': "test('x', () => { process.exitCode = 7 })\ntest.run()",
    'f.spec.ts': PASSES
  })
  assert.is(last, '6 passed, 2 failed')
  const [late = '', counted = '', thrown = ''] = ['a', 'b', 'c'].map(
    name => new RegExp(`^\\S+ +${name}\\.spec(.*\\n +.*)*`, 'm').exec(output)?.[0]
  )
  assert.match(late, /^ok .*\n {6}\| late$/)
  assert.match(counted, /^ok .*\n {6}\| counted 12$/)
  assert.match(thrown, /^FAIL (.*\n)*.*too late/)
  assert.match(output, 'its process ended with 7')
  assert.match(output, 'Failed: c.spec.ts, e.spec.ts\n')
})

runner('kills a file that hangs or leaves a handle open, and names it', async () => {
  const { code, last, output } = await killed
  assert.is(last, '1 passed, 2 failed')
  assert.is(code, 1)
  assert.match(output, 'hung: killed after 6 s')
  assert.match(output, 'an open handle')
  assert.match(output, 'Failed: busy.spec.ts, open.spec.ts')
})

runner.run()
