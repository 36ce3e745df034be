/** AWS's log of devices: the table's sort key is called `State#Date`, and is that of an index, too. */
import { between, gte, layout, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const devices = layout({
  pk: 'DeviceID',
  sk: 'State#Date',
  indexes: { GSI1: { pk: 'Operator', sk: 'Date' }, GSI2: { pk: 'EscalatedTo', sk: 'State#Date' } }
})

/** Only what is escalated is in GSI2. */
const Log = devices
  .model('Log')
  .pk('DeviceID')
  .sk(text('{State}#{Date}'))
  .index('GSI1')
  .index('GSI2')
  .fields({
    State: t.oneOf('NORMAL', 'WARNING1', 'WARNING2', 'WARNING3', 'WARNING4').onlyInKeys(),
    Date: t.string(),
    Operator: t.string(),
    EscalatedTo: t.string().optional()
  })
/** The same rows, whose sort key is an attribute like any other. */
const Plain = devices.model('Plain').pk('DeviceID').sk('State#Date').fields({ Operator: t.string() })

const row = (id: string, state: string, date: string, Operator: string, more: object = {}) => ({
  ...{ DeviceID: id, 'State#Date': `${state}#${date}`, Date: date, Operator, ...more }
})
const rows = [
  row('d#12345', 'WARNING1', '2020-04-24T14:40:00', 'Liz'),
  row('d#12345', 'WARNING1', '2020-04-24T14:45:00', 'Liz'),
  row('d#12345', 'NORMAL', '2020-04-24T14:55:00', 'Liz'),
  row('d#11223', 'WARNING4', '2020-04-27T16:15:00', 'Sue', { EscalatedTo: 'Sara' })
]
const escalated = { DeviceID: 'd#11223', State: 'WARNING4', Date: '2020-04-27T16:15:00' } as const

test('device log: what the application wrote is read, by each of its access patterns', () =>
  designed(devices, async ({ db, put }) => {
    await put(...rows)
    const dates = (logs: { Date: string }[]) => logs.map(log => log.Date.slice(11))
    const device = db.query(Log).where({ DeviceID: 'd#12345' }).reverse()
    assert.equal(dates(await device), ['14:45:00', '14:40:00', '14:55:00'], 'by state first')
    const warnings = device.where({ State: 'WARNING1' })
    assert.equal(dates(await warnings.where({ Date: gte('2020-04-24T14:42:00') })), ['14:45:00'])
    const days = between('2020-04-24', '2020-04-25')
    assert.equal(dates(await db.query(Log).where({ Operator: 'Liz', Date: days }).on('GSI1')), [
      ...['14:40:00', '14:45:00', '14:55:00']
    ])
    const ofSara = db.query(Log).where({ EscalatedTo: 'Sara', State: 'WARNING4' }).on('GSI2')
    assert.equal(await ofSara, [{ ...escalated, Operator: 'Sue', EscalatedTo: 'Sara' }])
    const key = { DeviceID: 'd#12345', 'State#Date': 'NORMAL#2020-04-24T14:55:00' }
    assert.equal(await db.get(Plain, key), { ...key, Operator: 'Liz' })
  }))

test('device log: what keystorm writes, the application finds', () =>
  designed(devices, async ({ db, get, find }) => {
    await db.create(Log, { ...escalated, Operator: 'Sue' })
    const key = { DeviceID: 'd#11223', 'State#Date': 'WARNING4#2020-04-27T16:15:00' }
    assert.equal(await get(key), row('d#11223', 'WARNING4', '2020-04-27T16:15:00', 'Sue'), 'to the byte')
    assert.equal(await find('EscalatedTo = :to', { ':to': 'Sara' }, 'GSI2'), [])
    await db.update(Log, escalated).set({ EscalatedTo: 'Sara' })
    assert.equal(await find('EscalatedTo = :to', { ':to': 'Sara' }, 'GSI2'), rows.slice(3))
    await db.update(Log, escalated).remove('EscalatedTo').if({ EscalatedTo: 'Sara' })
    assert.equal(await find('EscalatedTo = :to', { ':to': 'Sara' }, 'GSI2'), [])
  }))

test.run()
