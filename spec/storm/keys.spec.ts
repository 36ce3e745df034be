import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { InvalidKey, InvalidModel } from '../../lib/errors.ts'
import { stringCodec } from '../../lib/keys/codec.ts'
import { HASH } from '../../lib/keys/escaping.ts'
import type { KeySource } from '../../lib/keys/source.ts'
import { Template } from '../../lib/keys/template.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { connect } from '../../lib/verbs/db.ts'
import { declarationOf, declarations, type KeyCase, keyCases, type Neutral, type Outcome } from './data.ts'
import { type GeneralModel, hasSortKey, intsFor, modelOf, pick, type Values, valuesOf } from './models.ts'
import { assertRefusedAlike, lackedBy } from './refusals.ts'
import { Tally } from './tally.ts'
import { plainOf, TooPrecise } from './values.ts'

const tally = new Tally('STORM keys')
const unsent = connect({ table: 'nowhere' })
const models = new Tally('STORM models')
const cases = keyCases().filter(({ verdict }) => verdict === 'keep')

for (const id of Object.keys(declarations).filter(hasSortKey))
  test(`${id}: keys are STORM's, and read back`, () => {
    const model = modelOf(id)
    for (const one of cases.filter(({ model }) => model === id)) {
      const { get_pk, get_sk, get_gsi1pk } = one.expect
      const values = keyValuesOf(one)
      tally.add('of models with a sort key', one.id)
      checkTemplate(one, definitionIn(model).table.pk[0], get_pk, values)
      checkTemplate(one, definitionIn(model).table.sk[0], get_sk, values)
      checkPrimary(one, model, values)
      checkCreatable(one)
      if (declarationOf(id).gsi_fields.length === 0) checkNoIndex(one, model, values)
      else {
        checkTemplate(one, definitionIn(model).indexes.get('GSI1')?.pk[0], get_gsi1pk, values)
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
  key: KeySource | undefined,
  outcome: Outcome<string | null>,
  values: Values
): void => {
  assert.ok(key, `${id}: the model lacks a key`)
  const template = templateOf(key)
  if (outcome.raises) {
    assert.throws(() => template.render(values), isInvalidKey, `${id} ${template.name}`)
    tally.note('refusals of missing values')
    return
  }
  const text = template.render(values)
  assert.is(text, outcome.value, `${id} ${template.name}`)
  tally.note('keys byte for byte')
  checkReadBack(
    `${id} ${template.name}`,
    parsed(template, text),
    pick(values, template.attributes),
    readings(template, text)
  )
}

/** The same through the methods that programs call. */
const checkPrimary = ({ id, expect: { get_pk, get_sk } }: KeyCase, model: GeneralModel, values: Values): void => {
  if (get_pk.raises || get_sk.raises) {
    assert.throws(() => model.key(values), isInvalidKey, id)
    return
  }
  const key = model.key(values)
  assert.equal(key, { PK: get_pk.value, SK: get_sk.value }, id)
  const { primary, table } = definitionIn(model)
  const [pk, sk] = [templateOf(table.pk[0]), templateOf(table.sk[0])]
  checkReadBack(id, model.parse(key), pick(values, primary), readings(pk, key.PK) * readings(sk, key.SK))
}

const checkIndex = ({ id, expect: { get_gsi1pk, get_sk } }: KeyCase, model: GeneralModel, values: Values): void => {
  if (get_gsi1pk.raises || get_sk.raises) assert.throws(() => model.gsi1Key(values), isInvalidKey, id)
  else assert.equal(model.gsi1Key(values), { GSI1PK: get_gsi1pk.value, SK: get_sk.value }, id)
}

const checkNoIndex = ({ id, expect }: KeyCase, model: GeneralModel, values: Values): void => {
  assert.is(expect.get_gsi1pk.value, null, id)
  assert.throws(() => model.gsi1Key(values), isInvalidModel, id)
}

/** What STORM can create, create() compiles; what it cannot, create() refuses for the same attributes. */
const checkCreatable = ({ id: label, model: id, input, expect: { is_creatable } }: KeyCase): void => {
  const ints = intsFor(id, input)
  const create = () => unsent.create(modelOf(id, { ints, missing: 'refused' }), valuesOf(id, input, ints)).compile()
  // An empty name in a map, which STORM thinks it can create, and DynamoDB refuses.
  if (Object.values(input).some(value => typeof value === 'object' && value !== null && '' in value)) {
    assert.throws(create, /is no name for an attribute/, label)
    return
  }
  if (Object.values(input).some(isTooPrecise)) {
    tally.note('with a number that JavaScript has not')
    return
  }
  if (is_creatable.value) {
    assert.is(create().ConditionExpression, 'attribute_not_exists(PK)', label)
    tally.note('that can be created')
    return
  }
  assert.throws(
    create,
    (error: unknown) => {
      const lacked = lackedBy(id, input, true)
      // False is for an attribute outside of keys, for which save() raises this.
      const missing = { type: 'MissingRequiredFields', message: 'is_creatable is False', fields: lacked }
      assertRefusedAlike(error, {
        label,
        model: id,
        given: input,
        raises: is_creatable.raises ?? missing,
        isStrict: true
      })
      return lacked.length > 0
    },
    label
  )
  tally.note('that cannot')
}

const isTooPrecise = (value: Neutral): boolean => {
  try {
    plainOf(value)
    return false
  } catch (error) {
    if (error instanceof TooPrecise) return true
    throw error
  }
}

const templateOf = (key: KeySource | undefined): Template => {
  if (key instanceof Template) return key
  throw new TypeError('a template was expected')
}

/** The values of a key; `undefined` if it cannot be read. */
const parsed = (template: Template, text: string): Values | undefined => {
  const values: Record<string, unknown> = {}
  return template.parse({ S: text }, values) ? values : undefined
}

/** Of a key that is not raw, every text has one. */
const readings = (template: Template, text: string): number => (template.isRaw ? readingsOf(text, template) : 1)

/** In how many ways a raw key can be read: where each value may begin and end, by trying all. */
const readingsOf = (text: string, template: Template): number => {
  const { heads, tail: end } = template.frame
  const from = (at: number, part: number): number => {
    const begin = heads[part]
    if (begin === undefined) return text.slice(at) === end ? 1 : 0
    if (!text.startsWith(begin, at)) return 0
    let count = 0
    for (let to = at + begin.length + 1; to <= text.length; to++) count += from(to, part + 1)
    return count
  }
  return from(0, 0)
}

/** A raw key is read where there is one way to do it, and only there. */
const checkReadBack = (id: string, parsed: Values | undefined, values: Values, readings: number): void => {
  if (parsed === undefined) {
    assert.ok(readings > 1, `${id} is not read back, in spite of its one reading`)
    tally.note('ambiguous raw keys')
  } else {
    assert.is(readings, 1, `${id} has several readings`)
    assert.equal(parsed, values, `${id} read back`)
    tally.note('keys read back')
  }
}

for (const id of Object.keys(declarations).filter(id => !hasSortKey(id)))
  test(`${id}: a model without a sort key is refused, since no item can be stored under it`, () => {
    assert.throws(() => modelOf(id), isInvalidModel)
    const { class_name, effective_suffix, fields, pk_fields } = declarationOf(id)
    const slots = fields
      .filter(({ name }) => pk_fields.includes(name))
      .map(({ name, effective_identifier: identifier }, i) => {
        const head = `${i === 0 ? '' : '#'}${identifier}${identifier === '' ? '' : '#'}`
        return { attribute: name, head, codec: stringCodec }
      })
    models.except('without a sort key, which no table can hold', id)
    const template = new Template({
      model: class_name,
      name: 'PK',
      limit: 2048,
      slots,
      tail: slots.length === 0 || effective_suffix === '' ? effective_suffix : `#${effective_suffix}`,
      escaping: HASH
    })
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
