/**
 * A state machine of AWS Step Functions, made from the same models and builders that a program uses. It creates an order,
 * counts it, and reads the customer's orders. Here it runs on a local engine, in the interpreter of interpreter.ts.
 */
import './quiet.ts'
import { deepStrictEqual, rejects } from 'node:assert/strict'
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb'
import { connect, createTable, model, plus, t, Unsendable } from 'keystorm'
import { param, toState, toStateMachine } from 'keystorm/jsonata'
import { startLocalEngine } from 'keystorm/testing'
import { runMachine } from './interpreter.ts'
import { heading, oneLine } from './print.ts'

/** PK  C#<customer>#Shop   SK  O#<number>   GSI1PK  S#<status>#Shop */
const Order = model('Order')
  .pk('customer')
  .suffix('Shop')
  .sk('O#number')
  .gsi1('status')
  .fields({
    number: t.int({ digits: 6 }),
    status: t.oneOf('open', 'paid').default('open'),
    lines: t.list(t.map({ article: t.string(), quantity: t.int() })),
    total: t.number(),
    due: t.date(),
    note: t.string().optional(),
    placed: t.createdAt()
  })

/** PK  C#<customer>#Shop   SK  PROFILE */
const Customer = model('Customer')
  .pk('customer')
  .suffix('Shop')
  .sk('#record')
  .fields({ record: t.literal('PROFILE'), orders: t.int().default(0), spent: t.number().default(0) })

const engine = await startLocalEngine()
const table = `step-functions-${process.pid}`
const db = connect({ table, client: engine.client })

const customer = param('$order.customer')
const number = param<number>('$order.number')
const total = param<number>('$order.total')

const create = db.create(Order, {
  customer,
  number,
  total,
  lines: param<{ article: string; quantity: number }[]>('$order.lines'),
  due: param<Date>('$order.due'),
  note: param.optional('$order.note')
})
const count = db
  .update(Customer, { customer, record: 'PROFILE' })
  .set({ orders: plus(1), spent: plus(total) })
  .upsert()

const machine = toStateMachine({
  comment: 'Places an order',
  states: {
    Receive: { Type: 'Pass', Assign: { order: '{% $states.input %}' }, Next: 'Create' },
    Create: toState(create, {
      next: 'Count',
      catch: [{ ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], Next: 'Read' }]
    }),
    Count: toState(count, { next: 'Read' }),
    Read: toState(db.query(Order).where({ customer }).reverse().limit(10), {
      end: true,
      output: { newest: param('[$states.result.Items.number.N]') }
    })
  }
})

const place = (order: object) =>
  runMachine(machine, JSON.parse(JSON.stringify(order)), engine.client, (state, input) =>
    console.log(`  ${state.padEnd(7)} ${JSON.stringify(input).slice(0, 120)} …`)
  )

try {
  await createTable(db)
  heading('The definition of the state machine')
  console.log(JSON.stringify(machine, null, 2))

  const hostile = 'ann#O#7 100% {% "quoted" %}'
  const lines = [{ article: "baker's dozen", quantity: 12 }]
  const order = { customer: hostile, number: 7, lines, total: 12.5, due: '2026-12-24T18:00:00+01:00' }

  heading('It places an order')
  deepStrictEqual(await place(order), { newest: ['7'] })
  heading('Another one, with a note')
  deepStrictEqual(await place({ ...order, number: 8, note: 'gift' }), { newest: ['8', '7'] })
  heading('The first one again: it is there, and counted already')
  deepStrictEqual(await place(order), { newest: ['8', '7'] })

  heading('The program reads what the state machine wrote')
  const key = { customer: hostile, number: 7 }
  const { placed, ...found } = await db.get(Order, key).orThrow()
  console.log(`  ${oneLine({ placed, ...found })}`)
  deepStrictEqual(found, { ...key, status: 'open', lines, total: 12.5, due: new Date(order.due) })
  deepStrictEqual(await db.get(Customer, { customer: hostile, record: 'PROFILE' }), {
    customer: hostile,
    record: 'PROFILE',
    orders: 2,
    spent: 25
  })
  deepStrictEqual((await db.query(Order).where({ status: 'open' }).onGsi1()).length, 2)

  heading('What would make a wrong key stops the state machine')
  for (const wrong of [{ customer: '' }, { customer: undefined }, { number: 1.5 }, { due: 'tomorrow' }])
    await rejects(place({ ...order, ...wrong }), error => {
      console.log(`  ${oneLine(wrong)} → ${error}`)
      return true
    })
  await rejects(async () => create, Unsendable)
  console.log('  and the program cannot send a builder that holds a param')
} finally {
  // An engine that was already running, such as one in a container, would keep it.
  await engine.client.send(new DeleteTableCommand({ TableName: table }))
  await engine.stop()
}
