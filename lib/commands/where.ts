import type { AttributeOf } from '../keys/part.ts'
import type { Template } from '../keys/template.ts'
import type { Definition } from '../model/definition.ts'
import type { IndexPartitionNames, PartitionNames, Parts, Shape, SortNames } from '../model/shape.ts'

/** What a query reads: the table, the table with strong consistency, or the index. */
export type QueryMode = 'table' | 'consistent' | 'GSI1'

/**
 * The first thing that keeps a query from running, as a sentence; `never` if nothing does. `Given` are the attributes
 * that where() has. The type-level twin of {@link whereProblem}.
 */
export type WhereProblem<S extends Shape, Given extends string, Mode extends QueryMode> = Mode extends 'GSI1'
  ? Problem<S, Given, NonNullable<S['gsi1']>, IndexPartitionNames<S>, 'GSI1PK'>
  : Problem<S, Given, S['pk'], PartitionNames<S>, 'PK'>

type Problem<
  S extends Shape,
  Given extends string,
  Partition extends Parts,
  Names extends string,
  Key extends string
> = string extends Names // parts that are not known to the compiler are left to run time
  ? never
  : [Exclude<Names, Given>] extends [never]
    ? [Exclude<Given, Names | SortNames<S>>] extends [never]
      ? Gap<S['name'], S['sk'], Given>
      : `${S['name']}: where() gives ${Exclude<Given, Names | SortNames<S>>}, which is not a part of ${Key} or SK`
    : `${S['name']}: where() lacks ${FirstMissing<Partition, Given>}, a part of ${Key}`

type FirstMissing<P extends Parts, Given extends string> = P extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Given
    ? FirstMissing<Rest, Given>
    : AttributeOf<First>
  : never

type Gap<Name extends string, Sk extends Parts, Given extends string> = Sk extends readonly [
  infer First extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<First> extends Given
    ? Gap<Name, Rest, Given>
    : `${Name}: where() gives ${Extract<AttributeOf<Rest[number]>, Given>} but not ${AttributeOf<First>}, which stands before it in SK`
  : never

/** The first thing that keeps a query with these values from running: the attribute it is about, and a sentence. */
export const whereProblem = (
  model: Definition,
  partition: Template,
  where: Readonly<Record<string, unknown>>
): { attribute: string; sentence: string } | undefined => {
  const { name, sk } = model
  const given = Object.keys(where).filter(attribute => where[attribute] !== undefined)
  const lacking = partition.attributes.find(attribute => !given.includes(attribute))
  if (lacking !== undefined)
    return { attribute: lacking, sentence: `${name}: where() lacks ${lacking}, a part of ${partition.name}` }
  const foreign = given.find(name => !partition.attributes.includes(name) && !sk.attributes.includes(name))
  if (foreign !== undefined)
    return {
      attribute: foreign,
      sentence: `${name}: where() gives ${foreign}, which is not a part of ${partition.name} or SK`
    }
  const gap = sk.attributes.findIndex(attribute => !given.includes(attribute))
  const before = sk.attributes[gap]
  const later = sk.attributes.find((attribute, i) => i > gap && given.includes(attribute))
  if (before === undefined || later === undefined) return undefined
  return {
    attribute: before,
    sentence: `${name}: where() gives ${later} but not ${before}, which stands before it in SK`
  }
}
