/** The task manager among ElectroDB's examples: keys as ElectroDB makes them, in lower case, and five indexes. */
import { between, connect, gt, layout, lte, models, t, text } from 'keystorm'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { designed } from '../support/designed.ts'

const index = <const N extends number>(n: N) => ({ pk: `gsi${n}pk`, sk: `gsi${n}sk` }) as const
const app = layout({
  pk: 'pk',
  sk: 'sk',
  indexes: {
    'gsi1pk-gsi1sk-index': index(1),
    'gsi2pk-gsi2sk-index': index(2),
    'gsi3pk-gsi3sk-index': index(3),
    'gsi4pk-gsi4sk-index': index(4),
    'gsi5pk-gsi5sk-index': index(5)
  },
  type: '__edb_e__' // what an entity is called
})

/** The version of an entity, which ElectroDB wants to see in every row. */
const __edb_v__ = t.literal('1').default('1')
const optional = t.string().optional()

// What ElectroDB puts into keys it turns to lower case; of what is digits only, that says nothing.
const Employee = app
  .model('employee')
  .pk(text('$task-manager#employee_{employee:lower}'))
  .sk(text('$employee_1'))
  .index('gsi1pk-gsi1sk-index', {
    pk: text('$task-manager#officename_{officeName:lower}'),
    sk: text('$workplaces#employee_1#team_{team:lower}#title_{title:lower}#employee_{employee:lower}')
  })
  .index('gsi2pk-gsi2sk-index', {
    pk: text('$task-manager#team_{team:lower}'),
    sk: text('$employee_1#datehired_{dateHired}#title_{title:lower}')
  })
  .index('gsi3pk-gsi3sk-index', {
    pk: text('$task-manager#employee_{employee:lower}'),
    sk: text('$assignments#employee_1')
  })
  .index('gsi4pk-gsi4sk-index', {
    pk: text('$task-manager#title_{title:lower}'),
    sk: text('$employee_1#salary_{salary}')
  })
  .index('gsi5pk-gsi5sk-index', {
    pk: text('$task-manager#manager_{manager:lower}'),
    sk: text('$employee_1#team_{team:lower}#officename_{officeName:lower}')
  })
  .fields({
    __edb_v__,
    ...{ firstName: t.string(), lastName: t.string(), officeName: t.string(), title: t.string(), team: t.string() },
    ...{ salary: t.string(), manager: optional, dateHired: t.day(), birthday: t.day().optional() }
  })
const Task = app
  .model('task')
  .pk(text('$task-manager#taskname_{taskName:lower}'))
  .sk(text('$task_1#project_{project:lower}#employee_{employee:lower}'))
  .index('gsi1pk-gsi1sk-index', {
    pk: text('$task-manager#project_{project:lower}'),
    sk: text('$task_1#employee_{employee:lower}#status_{status}')
  })
  .index('gsi3pk-gsi3sk-index', {
    pk: text('$task-manager#employee_{employee:lower}'),
    sk: text('$assignments#task_1#project_{project:lower}#status_{status}')
  })
  .index('gsi4pk-gsi4sk-index', {
    pk: text('$task-manager#status_{status}'),
    sk: text('$task_1#project_{project:lower}#employee_{employee:lower}')
  })
  .fields({
    __edb_v__,
    ...{ taskName: t.string(), project: t.string(), employee: t.string(), description: optional, points: t.int() },
    status: t.oneOf('open', 'in-progress', 'closed').default('open')
  })
const Office = app
  .model('Office')
  .pk(text('$task-manager#country_{country:lower}#state_{state:lower}'))
  .sk(text('$office_1#city_{city:lower}#zip_{zip}#officename_{officeName:lower}'))
  .index('gsi1pk-gsi1sk-index', {
    pk: text('$task-manager#officename_{officeName:lower}'),
    sk: text('$workplaces#office_1')
  })
  .fields({ __edb_v__, address: optional })

models({ employee: Employee, task: Task, Office }) // proven apart

const pat = {
  ...{ employee: 'Pat-1', firstName: 'Pat', lastName: 'Lee', officeName: 'Gw Zoo', title: 'Senior Engineer' },
  ...{ team: 'development', salary: '120000', manager: 'Joe-2', dateHired: '2023-05-01', birthday: '1990-01-01' }
}
const patRow = {
  ...pat,
  ...{ __edb_e__: 'employee', __edb_v__: '1', pk: '$task-manager#employee_pat-1', sk: '$employee_1' },
  gsi1pk: '$task-manager#officename_gw zoo',
  gsi1sk: '$workplaces#employee_1#team_development#title_senior engineer#employee_pat-1',
  ...{ gsi2pk: '$task-manager#team_development', gsi2sk: '$employee_1#datehired_2023-05-01#title_senior engineer' },
  ...{ gsi3pk: '$task-manager#employee_pat-1', gsi3sk: '$assignments#employee_1' },
  ...{ gsi4pk: '$task-manager#title_senior engineer', gsi4sk: '$employee_1#salary_120000' },
  ...{ gsi5pk: '$task-manager#manager_joe-2', gsi5sk: '$employee_1#team_development#officename_gw zoo' }
}
const task = { taskName: 'Feed', project: '135-53', employee: 'Pat-1', points: 8, status: 'open' } as const
const taskRow = {
  ...task,
  ...{ __edb_e__: 'task', __edb_v__: '1' },
  ...{ pk: '$task-manager#taskname_feed', sk: '$task_1#project_135-53#employee_pat-1' },
  ...{ gsi1pk: '$task-manager#project_135-53', gsi1sk: '$task_1#employee_pat-1#status_open' },
  ...{ gsi3pk: '$task-manager#employee_pat-1', gsi3sk: '$assignments#task_1#project_135-53#status_open' },
  ...{ gsi4pk: '$task-manager#status_open', gsi4sk: '$task_1#project_135-53#employee_pat-1' }
}
const office = { country: 'USA', state: 'Oklahoma', city: 'Wynnewood', zip: '73098', officeName: 'Gw Zoo' }
const officeRow = {
  ...office,
  ...{ __edb_e__: 'Office', __edb_v__: '1', pk: '$task-manager#country_usa#state_oklahoma' },
  sk: '$office_1#city_wynnewood#zip_73098#officename_gw zoo',
  ...{ gsi1pk: '$task-manager#officename_gw zoo', gsi1sk: '$workplaces#office_1' }
}

test('task manager: what ElectroDB wrote is read, by each of its access patterns', () =>
  designed(app, async ({ db, put }) => {
    await put(patRow, taskRow, officeRow)
    const one = { ...pat, __edb_v__: '1' }
    assert.equal(await db.get(Employee, { employee: 'PAT-1' }), one, 'in any case')
    const workplace = await db.query(Office, Employee).where({ officeName: 'Gw Zoo' }).on('gsi1pk-gsi1sk-index')
    assert.equal([workplace.employee, workplace.Office], [[one], [{ ...office, __edb_v__: '1' }]])
    const hired = { team: 'development', dateHired: between('2021-01-01', '2024-12-31') }
    assert.equal(await db.query(Employee).where(hired).on('gsi2pk-gsi2sk-index'), [one])
    const assigned = await db.query(Employee, Task).where({ employee: 'Pat-1' }).on('gsi3pk-gsi3sk-index')
    assert.equal([assigned.employee.length, assigned.task.length], [1, 1])
    const paid = { title: 'Senior Engineer', salary: gt('100000') }
    assert.equal(await db.query(Employee).where(paid).on('gsi4pk-gsi4sk-index'), [one])
    assert.equal(await db.query(Employee).where({ manager: 'Joe-2' }).on('gsi5pk-gsi5sk-index'), [one])
    const open = db.query(Task).where({ status: 'open', project: '135-53' }).on('gsi4pk-gsi4sk-index')
    assert.equal(await open.filter({ points: lte(13) }), [{ ...task, __edb_v__: '1' }])
  }))

test('task manager: what keystorm writes, ElectroDB finds', () =>
  designed(app, async ({ db, get, find }) => {
    await db.create(Employee, pat)
    await db.create(Task, task)
    await db.create(Office, office)
    assert.equal(await get({ pk: patRow.pk, sk: patRow.sk }), patRow, 'the same row, to the byte')
    assert.equal(await get({ pk: taskRow.pk, sk: taskRow.sk }), taskRow)
    const workplace = 'gsi1pk = :pk AND begins_with(gsi1sk, :sk)'
    const values = { ':pk': '$task-manager#officename_gw zoo', ':sk': '$workplaces' }
    assert.equal(await find(workplace, values, 'gsi1pk-gsi1sk-index'), [patRow, officeRow])
    await db.update(Task, task).set({ status: 'closed' })
    const closed = await find('gsi4pk = :pk', { ':pk': '$task-manager#status_closed' }, 'gsi4pk-gsi4sk-index')
    assert.is(closed[0]?.gsi3sk, '$assignments#task_1#project_135-53#status_closed', 'every index follows')
  }))

test('task manager: who is paid more is one query of the fourth index', () => {
  const query = connect({ table: 'app' })
    .query(Employee)
    .where({ title: 'Senior Engineer', salary: gt('100000') })
  const { KeyConditionExpression, ExpressionAttributeValues } = query.on('gsi4pk-gsi4sk-index').compile()
  assert.is(KeyConditionExpression, 'gsi4pk = :pk AND gsi4sk BETWEEN :sk AND :to')
  assert.is(ExpressionAttributeValues?.[':pk']?.S, '$task-manager#title_senior engineer')
})

test.run()
