import { escapingFor } from '../keys/escaping.ts'
import { STORM, STORM_INDEX } from '../storm.ts'
import type { KeyAttribute, TableLayout } from './table-layout.ts'

const text = (name: string): KeyAttribute => ({ name, type: 'S' })

const stormLayout = (): TableLayout => {
  const [pk, sk, indexPk] = [text(STORM.pk), text(STORM.sk), text(STORM.indexes[STORM_INDEX].pk)]
  const index = { name: STORM_INDEX, pk: [indexPk], sk: [sk], isLocal: false, projection: 'ALL' } as const
  return {
    pk,
    sk,
    indexes: new Map([[STORM_INDEX, index]]),
    type: undefined,
    escaping: escapingFor('#'),
    keys: [pk, sk, indexPk],
    ownKey: undefined
  }
}

/**
 * STORM's layout, the default of all models. It equals `readLayout(STORM)`, but does not bring the code that reads
 * layouts into a bundle.
 */
export const DEFAULT_LAYOUT: TableLayout = /* @__PURE__ */ stormLayout()
