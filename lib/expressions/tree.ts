import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isSamePath, type Path } from './path.ts'

type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type Operand = { readonly value: AttributeValue } | { readonly path: Path }

/** The subject of a test: an attribute, its size, or a value that stands in for the attribute. */
export type Subject = { readonly value: AttributeValue } | { readonly path: Path; readonly isSize: boolean }

/** A test of one subject. */
export interface Leaf {
  readonly kind: Comparator | 'between' | 'in' | 'exists' | 'missing' | 'begins_with' | 'contains' | 'attribute_type'
  readonly subject: Subject
  readonly operands: readonly Operand[]
}

/** A condition as a tree of plain data. It becomes text only when it is printed. */
export type Condition =
  | Leaf
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** Always or never true. DynamoDB has no such constant, so a test of some attribute expresses it. */
  | { readonly kind: 'constant'; readonly holds: boolean; readonly path: Path }

/** A test of an attribute. */
export const leaf = (kind: Leaf['kind'], path: Path, ...operands: readonly Operand[]): Leaf => ({
  kind,
  subject: { path, isSize: false },
  operands
})

/** Joins conditions that must all hold, as they are; `undefined` if there are none. */
export const conjunction = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.length > 1 ? { kind: 'and', conditions } : conditions[0]

/** The same tree with changed leaves. Constants that decide nothing are left out. */
export const mapLeaves = (condition: Condition, change: (leaf: Leaf) => Condition): Condition => {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const { conditions } = condition
      const changed = conditions.map(inner => mapLeaves(inner, change))
      if (changed.every((inner, i) => inner === conditions[i])) return condition
      return joined(condition.kind, changed)
    }
    case 'not': {
      const inner = mapLeaves(condition.condition, change)
      return inner === condition.condition ? condition : negation(inner)
    }
    case 'constant':
      return condition
    default:
      return change(condition)
  }
}

/** Joins conditions without redundant constants and parentheses. */
export const joined = (kind: 'and' | 'or', conditions: readonly Condition[]): Condition => {
  const decides = kind === 'or'
  const flat = conditions.flatMap(one => (one.kind === kind ? one.conditions : [one]))
  const deciding = flat.find(one => one.kind === 'constant' && one.holds === decides)
  if (deciding !== undefined) return deciding
  const open = flat.filter(one => one.kind !== 'constant')
  const [first] = open
  if (first === undefined) return flat[0] as Condition // at least one is given
  if (open.length === 1) return first
  const certain = alwaysOneOf(open)
  return certain ? { kind: 'constant', holds: decides, path: certain } : { kind, conditions: open }
}

/** The opposite of a condition. */
export const negation = (condition: Condition): Condition =>
  condition.kind === 'constant' ? { ...condition, holds: !condition.holds } : { kind: 'not', condition }

/** A place for which one condition asks that it exists, and another that it is missing. */
const alwaysOneOf = (conditions: readonly Condition[]): Path | undefined => {
  const asked = (kind: 'exists' | 'missing') =>
    conditions.flatMap(one => (one.kind === kind && 'path' in one.subject ? [one.subject.path] : []))
  const missing = asked('missing')
  return missing.length === 0 ? undefined : asked('exists').find(path => missing.some(other => isSamePath(path, other)))
}

/** The top-level attributes in a condition. */
export const namesOfPlaces = (condition: Condition): string[] => {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(namesOfPlaces)
    case 'not':
      return namesOfPlaces(condition.condition)
    case 'constant':
      return [firstStepOf(condition.path)]
    default:
      return [condition.subject, ...condition.operands].flatMap(one => ('path' in one ? [firstStepOf(one.path)] : []))
  }
}

const firstStepOf = ({ steps: [first] }: Path): string => String(first)
