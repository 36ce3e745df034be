/** Values that may be empty in keys, as other programs write them: `t.string({ emptyInKeys: true })`. */
import { beginsWith, connect, gt, gte, InvalidModel, layout, lt, lte, model, models, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { errorFrom } from '../support/errors.ts'
import { type Equal, isType } from '../support/types.ts'

const task = t.string({ emptyInKeys: true })
const Begun = layout({ pk: 'pk', sk: 'sk' })
  .model('Begun')
  .pk(text('RUN#{run}'))
  .sk(text('{task}#{step}'))
  .fields({ task })
const Step = model('Step').pk('run').sk('#task', '#step').fields({ task })

test('the place of an empty value is empty, and is read back', () => {
  const key = Step.key({ run: 'r', task: '', step: '1' })
  isType<Equal<typeof key, { PK: 'R#r#Step'; SK: '#1' }>>()
  assert.equal(key, { PK: 'R#r#Step', SK: '#1' })
  assert.equal(Step.parse(key), { run: 'r', task: '', step: '1' })
  assert.equal(Step.parse({ PK: 'R#r#Step', SK: 'a%23#1' }), { run: 'r', task: 'a#', step: '1' })
  assert.is(Step.parse({ PK: 'R#r#Step', SK: '#' }), undefined, 'the other value is never empty')
  assert.throws(() => Step.key({ run: '', task: '', step: '1' }), /run must be a string that is not empty/)
  assert.throws(
    () => Step.key({ run: 'r', task: '\ud800', step: '1' }),
    /task must be a string that has no lone surrogate/
  )
})

test('raw keys are read where there is one way to read them, and by what stands beside them', () => {
  const Raw = model('Step').rawKeys().pk('run').sk('#task', '#step').fields({ task })
  const read = (SK: string) => Raw.parse({ PK: 'R#r#Step', SK })
  assert.equal(read('#1'), { run: 'r', task: '', step: '1' })
  assert.equal(read('a#1'), { run: 'r', task: 'a', step: '1' })
  assert.is(read('#1#2'), undefined)
  const row = { PK: { S: 'R#r#Step' }, SK: { S: '#1#2' } }
  assert.equal(models({ Step: Raw }).read({ ...row, task: { S: '' } })?.item.step, '1#2')
})

test('what is derived of an empty text is empty', () => {
  const books = layout({ pk: 'pk', indexes: { byLoan: { pk: 'author', sk: 'loanKey' } } })
  const loan = t.string({ emptyInKeys: true }).default('')
  const Book = books
    .model('Book')
    .pk(text('BOOK#{isbn}'))
    .index('byLoan', { sk: text('LOAN_{loan:lower}') })
    .fields({ author: t.string(), loan })
  assert.equal(Book.indexKey('byLoan', { author: 'h', loan: '' }), { author: 'h', loanKey: 'LOAN_' })
  assert.equal(Book.indexKey('byLoan', { author: 'h', loan: 'ANN' }), { author: 'h', loanKey: 'LOAN_ann' })
})

test('models are proven apart with the empty value, too', () => {
  const table = layout({ pk: 'pk', sk: 'sk' })
  const begun = (name: string) => table.model(name).pk(text('RUN#{run}'))
  const Any = begun('Any').sk(text('{task}#{step}')).fields({ task })
  const Root = begun('Root').sk(text('#{step}'))
  const Named = begun('Named').sk(text('{task}#{step}'))
  const Other = begun('Other')
    .sk(text('-{task}#{step}'))
    .fields({ task: t.oneOf('a', 'b') })
  assert.throws(() => models({ Any, Root }), /could claim the same item/)
  models({ Root, Named }) // a value that is never empty
  models({ Root, Other })
  const Tail = begun('Tail').sk(text('A{task}')).fields({ task })
  const Fixed = begun('Fixed').sk(text('A'))
  assert.throws(() => models({ Tail, Fixed }), /could claim the same item/)
  assert.throws(() => models({ Fixed, Tail }), /could claim the same item/)
})

test('a key that could be empty as a whole is refused where the model is made', async () => {
  const whole = () => layout({ pk: 'pk', sk: 'sk' }).model('Whole').pk('pk').sk(text('{task}')).fields({ task })
  const error = await errorFrom(whole)
  assert.instance(error, InvalidModel)
  assert.is(error.message, 'Whole: sk would be empty where task is: it needs fixed text.')
  assert.throws(() => model('Bare').pk('run').sk('#task').fields({ task }), /SK would be empty where task is/)
  const Own = layout({ pk: 'run', sk: 'task' }).model('Own').pk('run').sk('task').fields({ task })
  assert.throws(() => Own.key({ run: 'r', task: '' }), /must not be empty, as it is a key/)
  assert.throws(() => t.string({ empty: true } as object), /takes { emptyInKeys }/)
})

test('no condition compares a key with an empty text, which DynamoDB refuses', () => {
  const db = connect({ table: 'runs' })
  const compiled = (task: Range, model = Begun) => db.query(model).where({ run: 'r', task }).compile()
  assert.is(compiled(gte('')).KeyConditionExpression, 'pk = :pk')
  assert.equal(compiled(lt('')).ExpressionAttributeValues, { ':pk': { S: 'RUN#r' }, ':sk': { S: '\0' } })
  for (const range of [gt(''), lte(''), beginsWith('')])
    for (const { S } of Object.values(compiled(range).ExpressionAttributeValues ?? {})) assert.ok(S)
})

test('an empty value needs a delimiter before it, since a range of what stands there could not tell it', () => {
  const bare = () =>
    layout({ pk: 'pk', sk: 'sk' }).model('Bare').pk('run').sk(text('{day}{task}')).fields({ task, day: t.day() })
  assert.throws(bare, /Bare: task may be empty in sk: put a delimiter before it/)
})

type Range = ReturnType<
  typeof lt<string> | typeof lte<string> | typeof gt<string> | typeof gte<string> | typeof beginsWith<string>
>

test('it is found as any value is: by itself, as the least of a range, and as the beginning of all', () =>
  localTable(async ({ db }) => {
    const steps = [' b', '', '', 'a', 'a#'].map((task, i) => ({ run: 'r', task, step: `${i}` }))
    await db.batchWrite(steps.map(step => db.put(Step, step)))
    const found = async (task: Range | '') => (await db.query(Step).where({ run: 'r', task })).map(({ step }) => step)
    assert.equal(await found(''), ['1', '2'])
    assert.equal(await found(lte('')), ['1', '2'])
    assert.equal(await found(lte(' b')), ['0', '1', '2'])
    assert.equal(await found(lt('a')), ['0', '1', '2'])
    assert.equal(await found(gte('')), ['0', '1', '2', '3', '4'])
    assert.equal(await found(gt('')), ['0', '3', '4'])
    assert.equal(await found(lt('')), [])
    assert.equal(await found(beginsWith('')), ['0', '1', '2', '3', '4'])
    assert.equal(await db.get(Step, { run: 'r', task: '', step: '2' }), steps[2])
    const moved = await db.move(Step, { run: 'r', task: '', step: '2' }, { task: 'c' })
    assert.equal(moved, { run: 'r', task: 'c', step: '2' })
    await db.move(Step, moved, { task: '' })
    const { cursor } = await db.query(Step).where({ run: 'r', task: '' }).pageSize(1).page()
    assert.equal((await db.query(Step).where({ run: 'r', task: '' }).page(cursor)).items, [steps[2]])
  }))

test.run()
