import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { beginsWith, connect, gt, lt, model, plus, t } from '../../lib/index.ts'
import { param, type Sendable, type State, toJsonata, toState, toStateMachine } from '../../lib/jsonata/index.ts'
import { errorFrom } from '../support/errors.ts'
import { assertValidMachine, assertValidState, isValidMachine } from './asl.ts'

const db = connect({ table: 'app' })
const Order = model('Order')
  .pk('tenant')
  .sk('number')
  .gsi1('status')
  .fields({
    number: t.int(),
    status: t.oneOf('open', 'paid').optional(),
    total: t.number().default(0),
    note: t.string().optional()
  })
const key = { tenant: param('$states.input.tenant'), number: param<number>('$states.input.number') }

const verbs: Record<string, readonly [resource: string, builder: Sendable]> = {
  get: ['dynamodb:getItem', db.get(Order, key).consistent()],
  create: ['dynamodb:putItem', db.create(Order, { ...key, note: "it's\n{% 100% %}" })],
  put: ['dynamodb:putItem', db.put(Order, { ...key, note: '' }).returning('old')],
  'put, of what may be absent': [
    'dynamodb:putItem',
    db.put(Order, { ...key, note: param.optional('$states.input.note') })
  ],
  'put, of an identifier that is made there': ['dynamodb:putItem', db.put(Order, { ...key, tenant: param('$uuid()') })],
  update: [
    'dynamodb:updateItem',
    db
      .update(Order, key)
      .set({ total: plus(1) })
      .if({ total: lt(param<number>('$max')) })
  ],
  delete: ['dynamodb:deleteItem', db.delete(Order, key).if({ status: 'open' })],
  query: [
    'aws-sdk:dynamodb:query',
    db
      .query(Order)
      .where({ tenant: param('$states.input.tenant') })
      .limit(3)
  ],
  'query, of the index': [
    'aws-sdk:dynamodb:query',
    db
      .query(Order)
      .where({ status: param<'open'>('$status'), number: gt(param<number>('$n')) })
      .onGsi1()
      .filter({ note: beginsWith(param('$b')) })
      .only('note')
  ]
}

for (const [name, [resource, builder]] of Object.entries(verbs))
  test(`a whole state: ${name}`, () => {
    const { Arguments, ...state } = toState(builder, { end: true })
    assert.equal(state, { Type: 'Task', QueryLanguage: 'JSONata', Resource: `arn:aws:states:::${resource}`, End: true })
    const template = toJsonata(builder)
    if (typeof template === 'string' || template === null) assert.equal(Arguments, template)
    else {
      // The integration of single items does not take this one.
      const { ReturnValuesOnConditionCheckFailure: _, ...rest } = template as Record<string, unknown>
      assert.equal(Arguments, rest)
    }
    assertValidState(toState(builder, { next: 'Done' }))
  })

const read = db.get(Order, key)

test('a state with all that it may have', () => {
  const state = toState(read, {
    next: 'Done',
    comment: 'Reads an order',
    assign: {
      order: param('$states.result.Item'),
      list: [1, param('$x'), { deep: param('$y.z') }],
      fixed: '{% $states.input %}'
    },
    output: { found: param<boolean>('$exists($states.result.Item)'), lost: undefined },
    retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2, BackoffRate: 1.5 }],
    catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done', Assign: { error: param('$states.errorOutput') } }],
    timeoutSeconds: 10
  })
  const { Arguments, ...rest } = state
  assert.equal(Arguments, toJsonata(read))
  assert.equal(rest, {
    Type: 'Task',
    QueryLanguage: 'JSONata',
    Comment: 'Reads an order',
    Resource: 'arn:aws:states:::dynamodb:getItem',
    Assign: {
      order: '{% $states.result.Item %}',
      list: [1, '{% $x %}', { deep: '{% $y.z %}' }],
      fixed: '{% $states.input %}'
    },
    Output: { found: '{% $exists($states.result.Item) %}' },
    Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2, BackoffRate: 1.5 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done', Assign: { error: '{% $states.errorOutput %}' } }],
    TimeoutSeconds: 10,
    Next: 'Done'
  })
  assertValidState({ ...state })
  assertValidState(toState(read, { end: true, output: param('$states.result.Item') }))
})

test('a state goes on or ends', async () => {
  for (const options of [{}, { next: 'Done', end: true }]) {
    const error = await errorFrom(() => toState(read, options as { end: true }))
    assert.match(error.message, /Order: toState\(\) takes either \{ next: .* \} or \{ end: true \}/)
  }
  // @ts-expect-error one of the two must be said
  assert.throws(() => toState(read, {}))
})

test('a query that lacks a part of its key is refused, by the compiler too', async () => {
  // @ts-expect-error Order: where() lacks tenant, a part of PK
  const error = await errorFrom(() => toState(db.query(Order), { end: true }))
  assert.match(error.message, /Order: where\(\) lacks tenant, a part of PK/)
})

test('a machine has its states, and is sound', async () => {
  const states = {
    Read: toState(read, { next: 'Is it there?', assign: { order: param('$states.result.Item') } }),
    'Is it there?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $exists($order) %}', Next: 'Count' }],
      Default: 'None'
    },
    Count: toState(db.update(Order, key).set({ total: plus(1) }), {
      next: 'Done',
      catch: [{ ErrorEquals: ['States.ALL'], Next: 'None' }]
    }),
    None: { Type: 'Fail', Error: 'NotFound' },
    Done: { Type: 'Succeed' }
  } satisfies Record<string, State>
  const machine = toStateMachine({ comment: 'Counts', states, timeoutSeconds: 60 })
  assertValidMachine(machine)
  assert.equal(machine, {
    Comment: 'Counts',
    QueryLanguage: 'JSONata',
    StartAt: 'Read',
    TimeoutSeconds: 60,
    States: states
  })
  assert.is(toStateMachine({ states, startAt: 'Count' }).StartAt, 'Count')
  // @ts-expect-error there is no such state
  assert.throws(() => toStateMachine({ states, startAt: 'Cuont' }), /startAt leads to Cuont/)
  const { None: _, ...without } = states
  assert.throws(() => toStateMachine({ states: without }), /Is it there\? leads to None, and there is no such state/)
  const { Done: __, ...endless } = states
  assert.throws(() => toStateMachine({ states: endless }), /Count leads to Done/)
  assert.throws(() => toStateMachine({ states: {} }), /at least one state/)
})

test('the validator finds what is wrong', () => {
  const machine = (Arguments: unknown) => ({
    QueryLanguage: 'JSONata',
    StartAt: 'Only',
    States: { Only: { ...toState(read, { end: true }), Arguments } }
  })
  assert.ok(isValidMachine(machine({ TableName: '{% $x %}' })))
  assert.not(isValidMachine(machine({ TableName: '{% $x & %}' })))
  assert.not(isValidMachine(machine({ TableName: '' })))
})

test.run()
