import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { holdsOfNothing, says, sizeOf, type Truth } from './evaluate.ts'
import type { Path } from './path.ts'
import { ITSELF, isWeak, mayBeAbsent, type ReadAs, readOfAbsent, readOfNull, valueAt } from './read-as.ts'
import { type Condition, joined, type Leaf, leaf, mapLeaves, type Operand } from './tree.ts'
import { inParts, isLoose } from './whole.ts'

// DynamoDB tests what is stored, and users what a read gives: of an attribute that is absent, or NULL without being
// nullable, its default or nothing. Where the two differ, the condition says so; everywhere else it stays as it is.

/** The condition of stored rows that is met by those whose read meets the given one. */
export const asRead = (condition: Condition): Condition => mapLeaves(condition, given => leafAsRead(given))

/** The same of a leaf. That `known` is there, in which its place is, need not be said. */
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
 * What a leaf says where each of its places may be absent. The first of them is taken as there at first; then, from its
 * last step to its first, what is said where that step is absent or NULL is mended.
 */
const settle = (given: Leaf, [place, ...rest]: readonly Path[], known?: Path): Condition => {
  if (place === undefined) return inParts(given, leafAsRead) ?? simplest(given)
  let condition = settle(given, rest, known)
  let ifAbsent = holdsOfNothing(condition)
  const isApart = rest.length === 0 && condition !== given
  const ifWholeIsNull = isApart ? ifAbsent : ofNull(given, place)
  for (let at: Path | undefined = place; at !== undefined && at !== known; at = at.holder) {
    const step: Path = at
    const wish = (read: ReadAs) => settleWith(given, place, valueAt(read.value, place, step), rest, known)
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

/** Made anew for each command, which whoever compiles it may change. */
const nothing = (): { readonly value: AttributeValue } => ({ value: { NULL: true } })

/** A way in which a place ends: what is to be said there, and what is. */
interface End {
  readonly test: Leaf
  readonly wanted: Condition | undefined
  readonly present: Truth
}

const isWrong = ({ wanted, present }: End): boolean =>
  wanted !== undefined && !(wanted.kind === 'constant' && wanted.holds === present)

/** A condition that says what is wanted at some ends. */
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

/** What DynamoDB says where a place has NULL, and the other one is there. */
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

/** What a leaf says where one of its places reads as this value. */
const settleWith = (
  given: Leaf,
  place: Path,
  value: ReadAs['value'],
  rest: readonly Path[],
  known: Path | undefined
): Condition => {
  const { kind, subject, operands } = given
  const isSubject = 'path' in subject && subject.path === place
  const found = isSubject && subject.isSize && value ? sizeOf(value) : value
  if (found === undefined) {
    // What is not there is none of the values that another may be; they are still the others.
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

/** A leaf of values alone as what it says; so is one that asks for the order of NULL, which DynamoDB refuses. */
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
