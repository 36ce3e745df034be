import { InvalidItem } from '../../errors.ts'
import { ownValue } from '../../fields/record.ts'
import { Param } from '../../keys/param.ts'
import type { Definition } from '../../schema/definition.ts'

/**
 * The version among some values; `undefined` if there is none. A param stands for a version from 1 on. Throws
 * InvalidItem for an invalid version.
 */
export const versionIn = (model: Definition, values: Readonly<Record<string, unknown>>): number | Param | undefined => {
  const name = model.roles.version
  const version = name === undefined ? undefined : ownValue(values, name)
  if (version === undefined || name === undefined) return undefined
  if (version instanceof Param) return version
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 0) return version
  throw new InvalidItem(model.name, [{ path: [name], message: 'must be a version as it was read' }])
}
