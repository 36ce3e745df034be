/** What keystorm refuses where STORM raises: by the error that belongs to it, and about the same key and attributes. */
import * as assert from 'uvu/assert'
import { isKeystormError } from '../../lib/errors.ts'
import { declarationOf, type NeutralRecord, type Raised } from './data.ts'
import { keyAttributes, modelOf, pick, valuesOf } from './models.ts'

/** A call that was refused: `given` is what it was called with. */
interface Refused {
  readonly label: string
  readonly model: string
  readonly given: NeutralRecord
  readonly raises: Raised
  /** Whether the model wants attributes that are in no key, too. */
  readonly isStrict?: boolean
}

const KEYS: Readonly<Record<string, string>> = { Partition: 'PK', Sort: 'SK', GSI: 'GSI1PK' }

/** The attributes of a model that it was not given, by their names. None in a key is nothing; elsewhere it is a value. */
export const lackedBy = (id: string, given: NeutralRecord, isStrict: boolean): string[] => {
  const isKey = (name: string) => keyAttributes(id).includes(name)
  return declarationOf(id)
    .fields.map(({ name }) => name)
    .filter(name => (isKey(name) ? (given[name] ?? null) === null : isStrict && given[name] === undefined))
    .sort()
}

/** Asserts that an error is the one for what STORM raised. */
export const assertRefusedAlike = (
  error: unknown,
  { label, model: id, given, raises, isStrict = false }: Refused
): void => {
  const lacked = lackedBy(id, given, isStrict)
  assert.ok(isKeystormError(error), `${label}: ${error}`)
  const says = `${label}: ${error} for ${raises.message}`
  const { class_name: name, pk_fields, sk_fields } = declarationOf(id)
  switch (raises.type) {
    case 'ObjectAlreadyExists':
    case 'ObjectDoesNotExist': {
      const code = raises.type === 'ObjectAlreadyExists' ? 'ItemExists' : 'ItemNotFound'
      assert.ok(error.code === code, says)
      const key = modelOf(id).key(valuesOf(id, pick(given, [...pk_fields, ...sk_fields]) as NeutralRecord)) // given's own
      assert.equal(error.data, { model: name, key }, says)
      return
    }
    case 'MissingRequiredFields':
      assert.equal(issuesOf(error), [...(raises.fields ?? [])].sort(), says)
      assert.equal(issuesOf(error), lacked, says)
      return
    case 'ValueError': {
      const [sentence = '', names = []] = raises.args ?? []
      const key = KEYS[sentence.split(' ')[0] ?? '']
      const missing = names.filter(attribute => lacked.includes(attribute))
      assert.ok(missing.length > 0, says)
      if (error.code === 'InvalidItem') assert.equal(issuesOf(error), lacked, says)
      else {
        assert.ok(error.code === 'InvalidKey' || error.code === 'IncompleteQuery', says)
        assert.ok(missing.includes(error.data.attribute ?? ''), says)
        assert.ok(error.message.includes(` ${key}`) || error.message.includes(`.${key}:`), says)
      }
      assert.is(error.data.model, name, says)
      return
    }
  }
  throw new Error(`${says}: nobody knows what belongs to ${raises.type}`)
}

/** Asserts that an update is refused for what it sets, and for nothing else. */
export const assertRefusedSet = (error: unknown, label: string, id: string, names: readonly string[]): void => {
  assert.ok(isKeystormError(error) && error.code === 'InvalidItem', `${label}: ${error}`)
  assert.is(error.data.model, declarationOf(id).class_name, label)
  assert.ok(names.length > 0, label)
  assert.equal(issuesOf(error), [...names].sort(), `${label}: ${error}`)
}

const issuesOf = (error: unknown): string[] => {
  assert.ok(isKeystormError(error) && error.code === 'InvalidItem', String(error))
  return error.data.issues.map(({ path }) => path.join('.')).sort()
}
