import { beginsWith, between, connect, model, plus, t } from 'keystorm'
import type { Client } from './client.ts'
import { type Integration as Item, LIMIT, TABLE } from './integration.ts'
import type { Variant } from './variant.ts'

export const Integration = model('Integration')
  .pk('tenant')
  .sk('integration_id')
  .gsi1('owner')
  .suffix('Integrations')
  .fields({
    tenant_name: t.string(),
    locked: t.boolean(),
    last_seen_run: t.string(),
    enabled: t.boolean(),
    notebook_path: t.string(),
    created_on: t.number(),
    static_files: t.list(t.string()),
    dynamic_files: t.list(t.map({ path: t.string(), size: t.number() }))
  })

/** The same through keystorm: every builder is made anew, its model once. */
export const keystorm = (client: Client): Variant<Item> => {
  const db = connect({ table: TABLE, client })
  return {
    build: {
      get: ({ tenant, integration_id }) => db.get(Integration, { tenant, integration_id }).compile(),
      put: item => db.put(Integration, item).compile(),
      create: item => db.create(Integration, item).compile(),
      query: ({ tenant }) => db.query(Integration).where({ tenant }).limit(LIMIT).reverse().compile(),
      'query, range': ({ tenant }) =>
        db
          .query(Integration)
          .where({ tenant, integration_id: beginsWith('INT0') })
          .limit(LIMIT)
          .reverse()
          .compile(),
      'query, between': ({ tenant }) =>
        db
          .query(Integration)
          .where({ tenant, integration_id: between('INT0001', 'INT0099') })
          .limit(LIMIT)
          .reverse()
          .compile(),
      'query GSI1': ({ owner }) => db.query(Integration).where({ owner }).onGsi1().limit(LIMIT).reverse().compile(),
      'query GSI1, range': ({ owner }) =>
        db
          .query(Integration)
          .where({ owner, integration_id: beginsWith('INT0') })
          .onGsi1()
          .limit(LIMIT)
          .reverse()
          .compile(),
      update: ({ tenant, integration_id, enabled, last_seen_run }) =>
        db
          .update(Integration, { tenant, integration_id })
          .set({ enabled, last_seen_run, created_on: plus(1) })
          .compile(),
      delete: ({ tenant, integration_id }) => db.delete(Integration, { tenant, integration_id }).compile()
    },
    read: async () => await db.query(Integration).where({ tenant: 'tenant-0' })
  }
}
