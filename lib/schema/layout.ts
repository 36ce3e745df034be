import type { KnownOptions, NoIndexes, Nothing, TypesOf } from './layout-types.ts'
import { Model } from './model.ts'
import type { NotYetAModel } from './shape.ts'
import { type LayoutOptions, readLayout, type TableLayout } from './table-layout.ts'

/** A table's layout: its keys, its indexes, and the delimiters in keys. Made by {@link layout}. */
export class Layout<O extends LayoutOptions> {
  declare readonly ' types': TypesOf<O>
  readonly ' table': TableLayout

  constructor(options: O) {
    this[' table'] = readLayout(options)
  }

  /**
   * Begins a model of this table. Its name is the suffix of partition keys that are made of parts, unless `.suffix()`
   * gives another.
   *
   * ```ts
   * const Order = app.model('Order').pk('customer').sk('O#order').index('GSI1', { pk: ['status'], sk: ['D#placed'] })
   * ```
   */
  model<const Name extends string>(name: Name) {
    return new Model<{
      name: Name
      suffix: Name
      pk: NotYetAModel<'.pk(…)'>
      sk: O extends { readonly sk: string | object } ? NotYetAModel<'.sk(…)'> : []
      indexes: NoIndexes
      fields: Nothing
      table: { layout: TypesOf<O>; raw: false; texts: Nothing }
    }>({ name, layout: this[' table'], suffix: name, indexes: {}, fields: {}, raw: false })
  }
}

/**
 * Describes a table that is not STORM's: the names of its keys, its indexes, and the delimiters that end a value in a
 * key. Its models begin with `.model()`.
 *
 * ```ts
 * const app = layout({ pk: 'pk', sk: 'sk', indexes: { GSI1: { pk: 'GSI1PK', sk: 'GSI1SK' }, byStatus: { pk: 'status' } } })
 * const Order = app.model('Order').pk('customer').sk('O#order').index('GSI1', { pk: ['status'], sk: ['D#placed'] })
 * ```
 *
 * Throws InvalidModel if DynamoDB would refuse the table, or if its keys would be ambiguous.
 */
export const layout = <const O extends LayoutOptions>(options: O & KnownOptions<O>): Layout<O> => new Layout<O>(options)
