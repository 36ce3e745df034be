import type { AttributeOf } from '../keys/part.ts'
import type { Template } from '../keys/template.ts'
import type { Definition } from '../model/definition.ts'
import type { IndexPartitionNames, PartitionNames, Parts, Shape, SortNames } from '../model/shape.ts'

/** What a query reads: the table, the table with strong consistency, or the index. */
export type QueryMode = 'table' | 'consistent' | 'GSI1'

/**
 * What keeps a query from running, as a sentence; `never` if nothing does. `Given` are the attributes where() has. The
 * type-level twin of {@link whereProblems}.
 */
export type WhereProblem<S extends Shape, Given extends string, Mode extends QueryMode> = Mode extends 'GSI1'
  ? Problem<S, Given, IndexPartitionNames<S>, 'GSI1PK'>
  : Problem<S, Given, PartitionNames<S>, 'PK'>

type Problem<S extends Shape, Given extends string, Partition extends string, Key extends string> =
  | `${S['name']}: where() lacks ${Exclude<Partition, Given>}, a part of ${Key}`
  | Gap<S['name'], S['sk'], Given>
  | `${S['name']}: where() gives ${Exclude<Given, Partition | SortNames<S>>}, which is not a part of ${Key} or SK`

type Gap<Name extends string, Sk extends Parts, Given extends string> = Sk extends readonly [
  infer P extends string,
  ...infer Rest extends Parts
]
  ? AttributeOf<P> extends Given
    ? Gap<Name, Rest, Given>
    : `${Name}: where() gives ${Extract<AttributeOf<Rest[number]>, Given>} but not ${AttributeOf<P>}, which stands before it in SK`
  : never

export interface WhereIssue {
  readonly attribute: string
  readonly sentence: string
}

/** What keeps a query with these values from running. */
export const whereProblems = (model: Definition, partition: Template, given: readonly string[]): WhereIssue[] => {
  const { name, sk } = model
  const key = partition.name
  const firstGap = sk.attributes.findIndex(attribute => !given.includes(attribute))
  const gap = sk.attributes[firstGap]
  return [
    ...partition.attributes
      .filter(attribute => !given.includes(attribute))
      .map(attribute => ({ attribute, sentence: `${name}: where() lacks ${attribute}, a part of ${key}` })),
    ...sk.attributes
      .slice(firstGap)
      .filter(attribute => gap !== undefined && given.includes(attribute))
      .map(later => ({
        attribute: gap ?? later,
        sentence: `${name}: where() gives ${later} but not ${gap}, which stands before it in SK`
      })),
    ...given
      .filter(attribute => !partition.attributes.includes(attribute) && !sk.attributes.includes(attribute))
      .map(attribute => ({
        attribute,
        sentence: `${name}: where() gives ${attribute}, which is not a part of ${key} or SK`
      }))
  ]
}
