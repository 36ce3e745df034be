import type { Integration } from './integration.ts'

export const VERBS = ['get', 'put', 'create', 'query', 'query GSI1', 'update', 'delete'] as const
export type Verb = (typeof VERBS)[number]

/** One way of writing the same program. */
export interface Variant {
  /** Makes the input of a command; nothing is sent. */
  readonly build: Readonly<Record<Verb, (item: Integration) => unknown>>
  /** Queries one page of a client that has it at hand, and gives its items. */
  readonly read: () => Promise<readonly unknown[]>
}
