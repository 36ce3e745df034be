/** Parts that are derived of an attribute: `{email:lower}`, `{sent:month}`. */
import { layout, models, t, text } from 'keystorm'
import { localTable } from 'keystorm/testing'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const app = layout({ pk: 'pk', sk: 'sk' })

for (const part of ['day', 'month', 'year'] as const)
  for (const [type, on, value] of [
    ['day', t.day(), '1999-12-31'],
    ['date', t.date(), new Date('1999-12-31T10:00:00Z')]
  ] as const)
    test(`the ${part} of a ${type} in the table's key is read back`, () =>
      localTable(app, async ({ db }) => {
        const named = <N extends string>(name: N) =>
          app
            .model(name)
            .pk(text('P'))
            .sk(text(`{on:${part}}#{id}`))
            .fields({ on: on as never, id: t.string() })
        const [Note, Other] = [named('Note'), named('Other')]
        const note = { on: value, id: 'x' } as never
        const { Item = {} } = db.put(Note, note).compile()
        await db.put(Note, note)
        assert.equal(
          await db
            .query(Note)
            .where({} as never)
            .asGiven(),
          [note]
        )
        assert.equal(await db.scan(Note), [note])
        assert.equal(models({ Note }).read(Item)?.item, note)
        assert.throws(() => models({ Note, Other } as never), /could claim the same item/)
      }))

test('the lower case of a choice is that of one of the choices', () => {
  const Role = app
    .model('Role')
    .pk(text('P#{p}'))
    .sk(text('{role:lower}'))
    .fields({ role: t.oneOf('Admin', 'User') })
  const Log = app
    .model('Log')
    .pk(text('P#{p}'))
    .sk(text('log-{n}'))
    .fields({ n: t.int({ digits: 2 }) })
  const set = models({ Role, Log })
  assert.is(Role.parse(Log.key({ p: 'p', n: 7 })), undefined)
  assert.equal(Role.parse(Role.key({ p: 'p', role: 'Admin' })), { p: 'p' })
  assert.is(set.read({ pk: { S: 'P#p' }, sk: { S: 'log-07' }, p: { S: 'p' }, n: { N: '7' } })?.model, 'Log')
})

for (const [part, fields, value, own, derived, other] of [
  ['lower', { of: t.string() }, 'Ann', 'Ann', 'ann', 'bob'],
  ['day', { of: t.date() }, new Date(0), '1970-01-01T00:00:00.000Z', '1970-01-01', '1970-01-02']
] as const)
  test(`a row whose ${part} is of another value than the one beside it is no row of the model, in PK as in SK`, () => {
    const plain = text('V#{of}')
    const ofPart = text(`D#{of:${part}}`)
    const InPk = app
      .model('M')
      .pk(ofPart)
      .sk(plain)
      .fields(fields as { of: ReturnType<typeof t.string> })
    const InSk = app
      .model('M')
      .pk(plain)
      .sk(ofPart)
      .fields(fields as { of: ReturnType<typeof t.string> })
    for (const [M, keyOf] of [
      [InPk, (of: string) => ({ pk: `D#${of}`, sk: `V#${own}` })],
      [InSk, (of: string) => ({ pk: `V#${own}`, sk: `D#${of}` })]
    ] as const) {
      assert.equal(M.key({ of: value as never }), keyOf(derived))
      assert.equal(M.parse(keyOf(derived)), { of: value })
      assert.is(M.parse(keyOf(other)), undefined)
      const { pk, sk } = keyOf(other)
      assert.is(models({ M }).read({ pk: { S: pk }, sk: { S: sk }, of: { S: own } }), undefined)
    }
  })

test.run()
