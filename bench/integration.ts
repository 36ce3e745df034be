/** The entity of STORM's documentation, which all variants build and read. */
export interface Integration {
  readonly tenant: string
  readonly tenant_name: string
  readonly integration_id: string
  readonly owner: string
  readonly locked: boolean
  readonly last_seen_run: string
  readonly enabled: boolean
  readonly notebook_path: string
  readonly created_on: number
  readonly static_files: readonly string[]
  readonly dynamic_files: readonly { readonly path: string; readonly size: number }[]
}

export const TABLE = 'bench'
export const LIMIT = 20
export const PAGE = 100

/** The number `i` of the entities; a hundred share a tenant. */
const integration = (i: number): Integration => {
  const tenant = Math.floor(i / PAGE)
  const id = `INT${String(i).padStart(4, '0')}`
  return {
    tenant: `tenant-${tenant}`,
    tenant_name: `Tenant number ${tenant}`,
    integration_id: id,
    owner: `owner-${i % 7}`,
    locked: i % 2 === 0,
    last_seen_run: new Date(1_700_000_000_000 + i * 60_000).toISOString(),
    enabled: i % 3 !== 0,
    notebook_path: `/Shared/integrations/tenant-${tenant}/${id}/main.py`,
    created_on: 1_700_000_000_000 + i,
    static_files: [`assets/${id}/logo.svg`, `assets/${id}/schema.json`, `assets/${id}/readme.md`],
    dynamic_files: [
      { path: `runs/${id}/output.parquet`, size: 1024 + i },
      { path: `runs/${id}/log.txt`, size: 77 + i }
    ]
  }
}

export const integrations: readonly Integration[] = Array.from({ length: 3 * PAGE }, (_, i) => integration(i))
