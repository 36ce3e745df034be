/** One way of writing the same program over the items of one entity. */
export interface Variant<Item> {
  /** Makes the input of a command; nothing is sent. */
  readonly build: Readonly<Record<string, (item: Item) => unknown>>
  /** Queries one page of a client that has it at hand, and gives its items. */
  readonly read: () => Promise<readonly unknown[]>
}
