import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb'
import { Change, Operator } from '../expressions/operators.ts'
import type { AnyField } from '../fields/field.ts'
import { isRecord } from '../fields/record.ts'
import { Report } from '../fields/report.ts'
import { storedNow, textOf } from '../keys/param.ts'
import type { Definition } from '../model/definition.ts'
import type { UpdatePlan } from './update.ts'

/** What is the same for all updates of one shape. */
interface Text {
  readonly expression: string
  readonly names: Readonly<Record<string, string>>
}

/** The changes seen so far, and which may come next: a path through these names a shape. */
interface Shape {
  readonly next: Record<Kind, Map<string, Shape>>
  text: Text | undefined
}

type Kind = 'value' | 'plus' | 'minus'

const MAX_SHAPES = 200
const newShape = (): Shape => ({ next: { value: new Map(), plus: new Map(), minus: new Map() }, text: undefined })
const rootOf = new WeakMap<Definition, { readonly shape: Shape; count: number }>()

const ZERO = { N: '0' }
const ONE = { N: '1' }

/**
 * Most updates set a few attributes to values, or add to them, again and again: of those, only the values need to be
 * made anew. Gives just what `compile` gives, which it asks once for each shape, and for all other updates.
 */
export const compileRepeatedly = (
  plan: UpdatePlan,
  compile: (plan: UpdatePlan) => UpdateItemCommandInput
): UpdateItemCommandInput => {
  const { table, model, key } = plan
  const values: Record<string, AttributeValue> = {}
  const shape = isPlain(plan) ? readShape(model, plan.changes, values) : undefined
  if (shape === undefined) return compile(plan)
  if (shape.text === undefined) {
    const input = compile(plan)
    shape.text = {
      expression: input.UpdateExpression ?? '',
      names: Object.freeze(input.ExpressionAttributeNames ?? {})
    }
    return input
  }
  const { PK, SK } = model.key(key)
  return {
    TableName: textOf(table),
    Key: { PK: { S: PK }, SK: { S: SK } },
    UpdateExpression: shape.text.expression,
    ConditionExpression: 'attribute_exists(PK)',
    ExpressionAttributeNames: shape.text.names,
    ExpressionAttributeValues: values
  }
}

const isPlain = ({ removed, guard, isUpsert, returns, changes }: UpdatePlan): boolean =>
  removed.length === 0 &&
  !isUpsert &&
  returns === 'none' &&
  guard.existence === 'old' &&
  guard.version === undefined &&
  guard.conditions.length === 0 &&
  Object.keys(changes).length > 0

/**
 * The shape of changes, and their values in the order in which the expression names them; `undefined` if they are not
 * all plain values and sums of top-level attributes that fit.
 */
const readShape = (
  model: Definition,
  changes: UpdatePlan['changes'],
  values: Record<string, AttributeValue>
): Shape | undefined => {
  const root = rootOf.get(model) ?? { shape: newShape(), count: 0 }
  if (root.count === 0) rootOf.set(model, root)
  const report = new Report()
  let { shape } = root
  let count = 0
  for (const name of Object.keys(changes)) {
    const change = changes[name]
    const field = model.attributes.field(name)
    const kind = field && kindOf(field, change)
    if (kind === undefined || model.gsi1?.attributes.includes(name)) return undefined
    const value = field?.encode(change instanceof Change ? change.operands[0] : change, report)
    if (value === undefined || (kind !== 'value' && value.N === undefined)) return undefined
    if (kind !== 'value') values[PLACEHOLDERS[count++] ?? ''] = ZERO
    values[PLACEHOLDERS[count++] ?? ''] = value
    const next = shape.next[kind].get(name) ?? grow(root, shape.next[kind], name)
    if (next === undefined || count > MAX_VALUES) return undefined
    shape = next
  }
  addManaged(model, values, count)
  return shape
}

const addManaged = ({ roles }: Definition, values: Record<string, AttributeValue>, count: number): void => {
  if (roles.version !== undefined) {
    values[`:${count++}`] = ZERO
    values[`:${count++}`] = ONE
  }
  if (roles.updatedAt !== undefined) values[`:${count}`] = storedNow()
}

const MAX_VALUES = 30
const PLACEHOLDERS = Array.from({ length: MAX_VALUES + 2 }, (_, i) => `:${i}`)

const grow = (root: { count: number }, into: Map<string, Shape>, name: string): Shape | undefined => {
  if (root.count >= MAX_SHAPES) return undefined
  root.count++
  const shape = newShape()
  into.set(name, shape)
  return shape
}

const kindOf = (field: AnyField, change: unknown): Kind | undefined => {
  if (change instanceof Change) {
    const { kind, from } = change
    const isSum = (kind === 'plus' || kind === 'minus') && from === undefined && field.traits.fallback === undefined
    return isSum ? kind : undefined
  }
  const goesInside = field.isMap && isRecord(change)
  return change === undefined || change instanceof Operator || goesInside ? undefined : 'value'
}
