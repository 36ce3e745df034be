/** The models of the demo: integrations of many tenants, and fruits, in one table. */
import { type InputOf, model, t } from 'keystorm'

/** PK  T#<tenant>#Integrations   SK  I#<integration_id> */
export const Integration = model('Integration')
  .pk('tenant')
  .suffix('Integrations')
  .sk('integration_id')
  .fields({
    tenant_name: t.string(),
    enabled: t.boolean(),
    locked: t.boolean(),
    last_seen_run: t.string().optional(),
    notebook_path: t.string(),
    created_on: t.date(),
    static_files: t.list(t.string()),
    dynamic_files: t.list(t.map({ path: t.string(), size: t.int() }))
  })

/** PK  A#<apple>#B#<banana>#RedFruit   SK  DT#<date>   GSI1PK  F#<farm>#RedFruit */
export const Fruit = model('Fruit')
  .pk('apple', 'banana')
  .suffix('RedFruit')
  .sk('DT#date')
  .gsi1('farm')
  .fields({ weight: t.number() })

type IntegrationInput = InputOf<typeof Integration>

const integration = (
  tenant: string,
  tenant_name: string,
  integration_id: string,
  rest: Partial<IntegrationInput> = {}
): IntegrationInput => ({
  tenant,
  tenant_name,
  integration_id,
  enabled: true,
  locked: false,
  notebook_path: `/integrations/${tenant}/${integration_id.toLowerCase()}`,
  created_on: new Date('2026-01-15T08:30:00Z'),
  static_files: [],
  dynamic_files: [],
  ...rest
})

export const integrations = [
  integration('tenant-2', 'Grove & Sons', 'INT0001', {
    last_seen_run: 'RUN-0042',
    static_files: ['schema.json', 'mapping.csv'],
    dynamic_files: [
      { path: 'in/orders-01.json', size: 1204 },
      { path: 'in/orders-02.json', size: 98 }
    ]
  }),
  integration('tenant-2', 'Grove & Sons', 'INT0002', { enabled: false, created_on: new Date('2026-02-01T00:00:00Z') }),
  integration('tenant-1', 'Orchard Ltd', 'INT0001', { static_files: ['prices.csv'] }),
  integration('tenant-3', 'Fruit #1', 'INT0001', { locked: true })
] as const

export const fruits = [
  { apple: 'gala', banana: 'dwarf', date: '2026-01-01', farm: 'hill', weight: 3 },
  { apple: 'gala', banana: 'dwarf', date: '2026-01-02', farm: 'lake', weight: 2.5 },
  { apple: 'fuji', banana: 'cavendish', date: '2026-01-03', farm: 'hill', weight: 4 }
] as const satisfies readonly InputOf<typeof Fruit>[]
