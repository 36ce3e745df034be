import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { holdsOfNothing, says, sizeOf, type Truth } from './evaluate.ts'
import type { Path } from './path.ts'
import { ITSELF, isWeak, mayBeAbsent, type ReadResult, readOfAbsent, readOfNull, valueAt } from './read-result.ts'
import { type Condition, joined, type Leaf, leaf, mapLeaves, type Operand } from './tree.ts'
import { inParts, isLoose } from './whole.ts'

// DynamoDB tests stored values, but users test what a read gives: for an absent attribute, or a NULL in one that is not
// nullable, that is the default or nothing. Where the two differ, the condition is extended. Otherwise it stays the
// same.

/** A condition of stored rows that holds for the rows whose read meets the given one. */
export const asRead = (condition: Condition): Condition => mapLeaves(condition, given => leafAsRead(given))

/** The same for a leaf. `known` is a holder of its place that is there, so the condition does not test it. */
const leafAsRead = (given: Leaf, known?: Path): Condition => {
  const { kind, subject, operands } = given
  const other = operands.find(operand => 'path' in operand)
  if (other === undefined && 'path' in subject && !isWeak(subject.path) && !mayBeLoose(given, subject.path))
    return given
  if ((kind === 'in' || kind === 'between') && operands.some(operand => 'path' in operand && mayBeAbsent(operand.path)))
    return asRead(oneByOne(kind, subject, operands))
  return settle(given, [...(other ? [other.path] : []), ...('path' in subject ? [subject.path] : [])], known)
}

const mayBeLoose = ({ kind }: Leaf, { field }: Path): boolean =>
  kind === 'contains' ? field.element !== undefined && isLoose(field.element) : isLoose(field)

const oneByOne = (kind: 'in' | 'between', subject: Leaf['subject'], operands: readonly Operand[]): Condition => {
  const leaves = operands.map((operand, i): Leaf => {
    const comparator = kind === 'in' ? '=' : i === 0 ? '>=' : '<='
    return { kind: comparator, subject, operands: [operand] }
  })
  return joined(kind === 'in' ? 'or' : 'and', leaves)
}

/**
 * Extends a leaf whose places can be absent. The first place is at first assumed to be there. Then, from its last step
 * to its first, the condition is mended for the case that the step is absent or NULL.
 */
const settle = (given: Leaf, [place, ...rest]: readonly Path[], known?: Path): Condition => {
  if (place === undefined) return inParts(given, leafAsRead) ?? simplest(given)
  let condition = settle(given, rest, known)
  let ifAbsent = holdsOfNothing(condition)
  const isApart = rest.length === 0 && condition !== given
  const ifWholeIsNull = isApart ? ifAbsent : ofNull(given, place)
  for (let at: Path | undefined = place; at !== undefined && at !== known; at = at.holder) {
    const step: Path = at
    const wish = (read: ReadResult) => settleWith(given, place, valueAt(read.value, place, step), rest, known)
    const absent = readOfAbsent(at)
    const asNull = readOfNull(at, absent, at === place)
    const wanted = absent && wish(absent)
    const wantedOfNull =
      asNull === absent
        ? wanted
        : asNull && (isApart || asNull !== ITSELF)
          ? wish(asNull === ITSELF ? nothing() : asNull)
          : undefined
    const ofStep: End = { test: leaf('missing', at), wanted, present: ifAbsent }
    const ofNullStep: End = {
      test: leaf('=', at, nothing()),
      wanted: wantedOfNull,
      present: at === place ? ifWholeIsNull : ifAbsent
    }
    condition = mend(condition, [ofStep, ofNullStep].filter(isWrong))
    if (isWrong(ofStep)) ifAbsent = wanted?.kind === 'constant' ? wanted.holds : undefined
  }
  return condition
}

/** A new object each time, because the caller can change the command. */
const nothing = (): { readonly value: AttributeValue } => ({ value: { NULL: true } })

/**
 * A case where a place ends at a step, and its test: the condition wanted there, and what DynamoDB says there so far.
 */
interface End {
  readonly test: Leaf
  readonly wanted: Condition | undefined
  readonly present: Truth
}

const isWrong = ({ wanted, present }: End): boolean =>
  wanted !== undefined && !(wanted.kind === 'constant' && wanted.holds === present)

/** A condition that says what is wanted in these cases. */
const mend = (condition: Condition, ends: readonly End[]): Condition => {
  const [first, second] = ends
  if (first?.wanted === undefined) return condition
  const { wanted } = first
  if (second && second.wanted !== wanted) return mend(mend(condition, [second]), [first])
  const tests = ends.map(({ test }) => test)
  const opposites = tests.map((test): Leaf => ({ ...test, kind: test.kind === 'missing' ? 'exists' : '<>' }))
  if (wanted.kind === 'constant')
    return wanted.holds ? joined('or', [...tests, condition]) : joined('and', [...opposites, condition])
  const isSilent = ends.every(({ present }) => present === false)
  return joined('or', [
    joined('and', [joined('or', tests), wanted]),
    isSilent ? condition : joined('and', [...opposites, condition])
  ])
}

/** DynamoDB's result if one place has NULL and the other place is there. */
const ofNull = ({ kind, subject, operands }: Leaf, place: Path): Truth => {
  if (kind === 'exists' || kind === 'missing') return kind === 'exists'
  const [first] = operands
  if (kind === 'attribute_type') return first !== undefined && 'value' in first && first.value.S === 'NULL'
  if ('isSize' in subject && subject.isSize && subject.path === place) return kind === '<>'
  if (kind !== '=' && kind !== '<>' && kind !== 'in') return false
  const others = [subject, ...operands].filter(operand => !('path' in operand && operand.path === place))
  if (others.some(other => 'value' in other && other.value.NULL)) return kind !== '<>'
  const mayBeNull = others.some(other => 'path' in other && (other.path.field.traits.isNullable || isWeak(other.path)))
  return mayBeNull ? undefined : kind === '<>'
}

/** The condition of a leaf if one of its places reads as this value. */
const settleWith = (
  given: Leaf,
  place: Path,
  value: ReadResult['value'],
  rest: readonly Path[],
  known: Path | undefined
): Condition => {
  const { kind, subject, operands } = given
  const isSubject = 'path' in subject && subject.path === place
  const found = isSubject && subject.isSize && value ? sizeOf(value) : value
  if (found === undefined) {
    // An absent operand of IN equals nothing, but the other operands still count.
    const others =
      kind === 'in' && !isSubject ? operands.filter(operand => !('path' in operand && operand.path === place)) : []
    if (others.length === 0) return { kind: 'constant', holds: kind === '<>' || kind === 'missing', path: place }
    const left: Leaf = { kind, subject, operands: others }
    return rest.length > 0 ? settle(left, rest, known) : simplest(left, place)
  }
  const put = (operand: Operand): Operand => ('path' in operand && operand.path === place ? { value: found } : operand)
  const changed: Leaf = isSubject
    ? { kind, subject: { value: found }, operands }
    : { kind, subject, operands: operands.map(put) }
  return rest.length > 0 ? settle(changed, rest, known) : simplest(changed, place)
}

/** A leaf without places becomes a constant. So does a comparison of order with NULL, which DynamoDB refuses. */
const simplest = (given: Leaf, path?: Path): Condition => {
  const all = [given.subject, ...given.operands]
  const open = all.find(operand => 'path' in operand)
  if (open !== undefined && IN_ORDER.includes(given.kind) && all.some(one => 'value' in one && one.value.NULL))
    return { kind: 'constant', holds: false, path: open.path }
  if (path === undefined || open !== undefined) return given
  const holds = says(given, () => undefined)
  return holds === undefined ? given : { kind: 'constant', holds, path }
}

const IN_ORDER: readonly Leaf['kind'][] = ['<', '<=', '>', '>=', 'between', 'begins_with']
