import { InvalidModel } from '../errors.ts'
import { MadeField } from '../fields/field.ts'
import { ownValue } from '../fields/record.ts'
import { TEXT } from '../fields/scalars.ts'
import { SchemaField } from '../fields/schema.ts'
import { isUnknown, limitOf, type OwnKeyMaker, ownKeyNeeds } from './key-sources.ts'
import { OwnKey } from './own-key.ts'

/** Makes an own key, which only layouts can have. Throws InvalidModel. */
export const ownSource: OwnKeyMaker = (blueprint, key, role) => {
  const { name, fields, layout } = blueprint
  if (isUnknown(blueprint, key.name)) return new OwnKey(name, key, TEXT, limitOf(role))
  const isString = key.type === 'S' && (role.index === undefined || (role.isElsewhere && key.name !== layout.type))
  const given = ownValue(fields, key.name) ?? (isString ? TEXT : undefined)
  if (given === undefined && role.index === undefined)
    throw new InvalidModel(
      name,
      `${key.name} is a key of type ${key.type}: .fields() needs a field of that name and type`
    )
  if (given === undefined) throw ownKeyNeeds(blueprint, key, role)
  const what = role.index === undefined ? `the table's key ${key.name}` : `the index ${role.index.name}`
  const field = given instanceof MadeField ? given : new SchemaField(given)
  const { storage } = field.core
  if (!(field instanceof SchemaField) && storage !== key.type)
    throw new InvalidModel(
      name,
      `${key.name} is a key of type ${key.type}, but its field is stored as ${storage ?? 'something that cannot be a key'}`
    )
  if (field.traits.isNullable)
    throw new InvalidModel(name, `${key.name} is a key of ${what}, so it cannot be null: make it .optional()`)
  if (field.traits.isOptional && role.index === undefined && !(field instanceof SchemaField))
    throw new InvalidModel(name, `${key.name} is ${what}, so it cannot be optional`)
  if (field.traits.isOnlyInKeys) throw new InvalidModel(name, `${key.name} is a key itself: take .onlyInKeys() off it`)
  return new OwnKey(name, key, field, limitOf(role))
}
