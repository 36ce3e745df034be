import type { Definition } from '../../schema/definition.ts'

/** The models of a read, at least one. */
export type Definitions = readonly [Definition, ...Definition[]]
