import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { InvalidKey, InvalidModel } from '../../lib/errors.ts'
import { stringCodec } from '../../lib/keys/codec.ts'
import { Template } from '../../lib/keys/template.ts'
import { declarationOf, declarations, type KeyCase, keyCases, type Outcome } from './data.ts'
import { type GeneralModel, hasSortKey, modelOf, pick, type Values, valuesOf } from './models.ts'
import { Tally } from './tally.ts'

const tally = new Tally('STORM keys')
const models = new Tally('STORM models')
const cases = keyCases().filter(({ verdict }) => verdict === 'keep')

for (const id of Object.keys(declarations).filter(hasSortKey))
  test(`${id}: keys are STORM's, and read back`, () => {
    const model = modelOf(id)
    for (const one of cases.filter(({ model }) => model === id)) {
      const { get_pk, get_sk, get_gsi1pk } = one.expect
      const values = keyValuesOf(one)
      tally.add('of models with a sort key', one.id)
      checkTemplate(one, model['~definition'].pk, get_pk, values)
      checkTemplate(one, model['~definition'].sk, get_sk, values)
      checkPrimary(one, model, values)
      if (declarationOf(id).gsi_fields.length === 0) checkNoIndex(one, model, values)
      else {
        checkTemplate(one, model['~definition'].gsi1, get_gsi1pk, values)
        checkIndex(one, model, values)
      }
    }
    models.add('with the same keys', id)
  })

/** Other attributes do not matter to keys, and some have types that keystorm lacks. */
const keyValuesOf = ({ model, input }: KeyCase): Values => {
  const { pk_fields, sk_fields, gsi_fields } = declarationOf(model)
  const names = [...pk_fields, ...sk_fields, ...gsi_fields]
  return valuesOf(model, Object.fromEntries(names.map(name => [name, input[name] ?? null])))
}

const checkTemplate = (
  { id }: KeyCase,
  template: Template | undefined,
  outcome: Outcome<string | null>,
  values: Values
): void => {
  assert.ok(template, `${id}: the model lacks a key`)
  if (outcome.raises) {
    assert.throws(() => template.render(values), isInvalidKey, `${id} ${template.name}`)
    tally.note('refusals of missing values')
    return
  }
  const text = template.render(values)
  assert.is(text, outcome.value, `${id} ${template.name}`)
  tally.note('keys byte for byte')
  checkReadBack(`${id} ${template.name}`, template.parse(text), pick(values, template.attributes), template.raw)
}

/** The same through the methods that programs call. */
const checkPrimary = ({ id, expect: { get_pk, get_sk } }: KeyCase, model: GeneralModel, values: Values): void => {
  if (get_pk.raises || get_sk.raises) {
    assert.throws(() => model.key(values), isInvalidKey, id)
    return
  }
  const key = model.key(values)
  assert.equal(key, { PK: get_pk.value, SK: get_sk.value }, id)
  const { pk, sk } = model['~definition']
  checkReadBack(id, model.parse(key), pick(values, [...pk.attributes, ...sk.attributes]), pk.raw)
}

const checkIndex = ({ id, expect: { get_gsi1pk, get_sk } }: KeyCase, model: GeneralModel, values: Values): void => {
  if (get_gsi1pk.raises || get_sk.raises) assert.throws(() => model.gsi1Key(values), isInvalidKey, id)
  else assert.equal(model.gsi1Key(values), { GSI1PK: get_gsi1pk.value, SK: get_sk.value }, id)
}

const checkNoIndex = ({ id, expect }: KeyCase, model: GeneralModel, values: Values): void => {
  assert.is(expect.get_gsi1pk.value, null, id)
  assert.throws(() => model.gsi1Key(values), isInvalidModel, id)
}

/** A raw key that can be read in two ways is not read at all, but never wrongly. */
const checkReadBack = (id: string, parsed: Values | undefined, values: Values, isRaw: boolean): void => {
  if (isRaw && parsed === undefined) tally.note('ambiguous raw keys')
  else {
    assert.equal(parsed, values, `${id} read back`)
    tally.note('keys read back')
  }
}

for (const id of Object.keys(declarations).filter(id => !hasSortKey(id)))
  test(`${id}: a model without a sort key is refused, since no item can be stored under it`, () => {
    assert.throws(() => modelOf(id), isInvalidModel)
    const { class_name, effective_suffix, fields, pk_fields } = declarationOf(id)
    const parts = fields
      .filter(({ name }) => pk_fields.includes(name))
      .map(field => ({ attribute: field.name, identifier: field.effective_identifier, codec: stringCodec }))
    models.except('without a sort key, which no table can hold', id)
    const template = new Template(class_name, 'PK', parts, effective_suffix, false)
    for (const one of cases.filter(({ model }) => model === id)) {
      assert.is(one.expect.get_sk.value, '', one.id)
      tally.except('of a model without a sort key, which no table can hold', one.id)
      checkTemplate(one, template, one.expect.get_pk, keyValuesOf(one))
    }
  })

test('no case was left out', () => {
  assert.is(tally.total, cases.length)
  assert.is(models.total, Object.keys(declarations).length)
  for (const each of [tally, models]) each.print()
})

const isInvalidKey = (error: unknown): boolean => error instanceof InvalidKey
const isInvalidModel = (error: unknown): boolean => error instanceof InvalidModel

test.run()
