/** STORM's requests for Step Functions, and keystorm's states: evaluated, they are the same, but for STORM's delimiters. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { param, type Sendable, toJsonata, toState } from '../../lib/jsonata/index.ts'
import { definitionIn } from '../../lib/schema/definition.ts'
import { connect, type Db } from '../../lib/verbs/db.ts'
import { assertValidStates } from '../jsonata/asl.ts'
import { evaluated, textsIn } from '../jsonata/evaluate.ts'
import { type Builder, checkSame, givenAs } from '../jsonata/given.ts'
import { declarationOf, type JsonataCase, jsonataCases } from './data.ts'
import { type GeneralModel, type GeneralQuery, modelOf, pick, queryOf, type Values, valuesOf } from './models.ts'
import { Tally } from './tally.ts'

const tally = new Tally('STORM jsonata')
const TABLE = 'storm-golden'
const [here, there] = [connect({ table: TABLE }), connect({ table: param('$table_name') })]

/** Values that are told apart, and try to break out of quotes and braces. */
const given = (id: string, more: string): Record<string, string> =>
  Object.fromEntries(declarationOf(id).fields.map(({ name }) => [name, `${name}'s "{{${name}}}"\n\\é🍌${more}`]))

/** Once without # and %, and once with them, which STORM does not escape: keystorm makes the same keys of them where they are raw. */
const WAYS = [
  { more: '', variant: {} },
  { more: '#%25%', variant: { isRaw: true } }
] as const

interface Update extends Builder, Sendable {
  set(changes: Values): Update
}
interface Query extends GeneralQuery, Sendable {
  only(...names: readonly string[]): Query
  startingAfter(key: Values): Query
}

/** The builder that does what STORM's method asks for. `of` says what an attribute is: a value or a param. */
const builderOf = (db: Db, model: GeneralModel, one: JsonataCase, of: (name: string) => unknown): Builder => {
  const { model: id, op, input, allow_override, set = {}, using = [], chain = [] } = one
  const { pk_fields, sk_fields, gsi_fields } = declarationOf(id)
  const values = Object.fromEntries(Object.keys(input).map(name => [name, of(name)]))
  const key = pick(values, [...pk_fields, ...sk_fields])
  if (op === 'get_load_query') return db.get(model, key)
  if (op === 'get_delete_query') return db.delete(model, key)
  if (op === 'get_save_query') return allow_override ? db.put(model, values) : db.create(model, values)
  if (op === 'get_update_query') {
    const changes = Object.entries(set).map(([name, value]) => [name, typeof value === 'string' ? value : of(name)])
    return (db.update(model, key) as unknown as Update).set(Object.fromEntries(changes))
  }
  const isIndex = chain.some(([method]) => method === 'use_index')
  let query = queryOf(db, model).where(pick(values, isIndex ? gsi_fields : pk_fields)) as Query
  assert.ok((isIndex ? gsi_fields : pk_fields).every(name => using.includes(name)))
  for (const [method, ...args] of chain) {
    if (method === 'use_index') query = query.onGsi1() as Query
    if (method === 'limit') query = query.limit(Number(args[0])) as Query
    if (method === 'reverse') query = query.reverse() as Query
    if (method === 'consistent') query = query.consistent() as Query
    if (method === 'only') query = query.only(...args.map(String))
    if (method === 'starting_after') query = query.startingAfter(key)
  }
  return query
}

/** STORM's request with its delimiters as they should be. */
const withDelimiters = (request: unknown): unknown =>
  JSON.parse(JSON.stringify(request).replaceAll('{ % ', '{% ').replaceAll(' % }', ' %}'))

type Request = Readonly<Record<string, unknown>> & {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S: string }>>
  readonly ExclusiveStartKey?: Readonly<Record<string, unknown>>
}

/** An expression with what its placeholders stand for. */
const filled = (
  text: unknown,
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Request
) => String(text).replace(/[#:]\w+/g, placeholder => names[placeholder] ?? JSON.stringify(values[placeholder]))

/** What two requests have in common, if the one does what the other does. */
const effectOf = (request: Request) => {
  const { UpdateExpression, ExpressionAttributeNames: _, ExpressionAttributeValues: __, ...rest } = request
  return UpdateExpression === undefined ? rest : { ...rest, UpdateExpression: filled(UpdateExpression, request) }
}

const checkQuery = (ours: Request, theirs: Request, { id, chain = [] }: JsonataCase): void => {
  const shared = ({ TableName, IndexName, ConsistentRead, ScanIndexForward }: Request) => ({
    TableName,
    IndexName,
    ConsistentRead,
    ScanIndexForward
  })
  assert.equal(shared(ours), shared(theirs), id)
  const [pk, sk] = Object.values(theirs.ExpressionAttributeValues ?? {})
  assert.equal(ours.ExpressionAttributeValues?.[':pk'], pk, id)
  // STORM's queries start behind a sort key by a condition, which is wrong on the index and in reverse.
  assert.equal(ours.ExclusiveStartKey, sk && { PK: pk, SK: sk }, id)
  // STORM counts a limit while it reads.
  const [, limit] = chain.find(([method]) => method === 'limit') ?? []
  assert.is(ours.Limit, limit, id)
  const names = (request: Request) =>
    filled(request.ProjectionExpression ?? '', request)
      .split(', ')
      .filter(name => !['PK', 'SK'].includes(name))
  assert.equal(names(ours), names(theirs), id)
}

const states: Parameters<typeof assertValidStates>[0][number][] = []

for (const one of jsonataCases().filter(({ compare }) => compare === 'delimiters'))
  test(`${one.id} is evaluated to what STORM means`, async () => {
    for (const { more, variant } of WAYS) await checkEvaluated(one, modelOf(one.model, variant), given(one.model, more))
    // What is escaped differs from STORM's, and is what keystorm itself would send.
    const values = { ...given(one.model, '#%25%'), ...fixedOf(one) }
    const open = builderOf(there, modelOf(one.model), one, name => param(String(one.input[name])))
    await checkSame(
      open,
      builderOf(here, modelOf(one.model), one, name => values[name]),
      values,
      { table_name: TABLE }
    )
    tally.add(one.op === 'queryset.get_query' ? 'queries of equal effect' : 'evaluated alike', one.id)
  })

/** Inputs that are no values of the state's input, but calls. */
const fixedOf = (one: JsonataCase): Record<string, string> => {
  const calls = Object.entries(one.input).filter(([name, text]) => text !== `$states.input.${name}`)
  for (const [, text] of calls) assert.is(text, '$uuid()')
  return Object.fromEntries(calls.map(([name]) => [name, 'uuid-0']))
}

const checkEvaluated = async (one: JsonataCase, model: GeneralModel, input: Record<string, string>): Promise<void> => {
  const values = { ...input, ...fixedOf(one) }
  const open = builderOf(there, model, one, name => param(String(one.input[name])))
  const known = builderOf(here, model, one, name => values[name])
  const template = await checkSame(open, known, values, { table_name: TABLE })
  assert.is((template as Request).TableName, '{% $table_name %}')
  const result = await evaluated(template, values, { table_name: TABLE })
  const theirs = await evaluated(withDelimiters(one.expect.request), values, { table_name: TABLE })
  if (one.op === 'queryset.get_query') checkQuery(result as Request, theirs as Request, one)
  else assert.equal(effectOf(result as Request), effectOf(theirs as Request), one.id)
  states.push(toState(open, { end: true }))
  for (const text of textsIn(template)) assert.not.match(text, /\{ %|% \}/)
}

for (const one of jsonataCases().filter(({ compare }) => compare === 'differs'))
  test(`${one.id} is made of values that STORM cannot put into a request`, async () => {
    assert.ok(one.expect.raises)
    const model = modelOf(one.model)
    const values = valuesOf(one.model, one.input)
    const input = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, givenAs(value, definitionIn(model).attributes.field(name))])
    )
    // STORM's sets have elements of any type, which JSON cannot tell apart: they stay as they are.
    const opened = ([name, value]: [string, unknown]) => [
      name,
      value instanceof Set ? value : param(`$states.input.${name}`)
    ]
    const params = Object.fromEntries(Object.entries(values).map(opened))
    const open = there.put(model, params)
    await checkSame(open, here.put(model, values), input, { table_name: TABLE })
    assert.not.equal(toJsonata(open), undefined)
    states.push(toState(open, { end: true }))
    tally.add('of types that STORM fails on', one.id)
  })

test('every state of them is one that the Amazon States Language knows, and no case was left out', () => {
  assertValidStates(states)
  assert.is(tally.total, jsonataCases().length)
  tally.print()
})

test.run()
