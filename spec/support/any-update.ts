/** An update as a program without types sees it. */
export interface AnyUpdate extends PromiseLike<unknown> {
  set(changes: unknown): AnyUpdate
  remove(...names: string[]): AnyUpdate
  upsert(): AnyUpdate
  returning(what: 'new' | 'old' | 'changed'): AnyUpdate
  compile(): {
    UpdateExpression?: string
    ConditionExpression?: string
    ExpressionAttributeNames?: Record<string, string>
    ExpressionAttributeValues?: Record<string, object>
  }
}

/** The text of the update, with names and values in the place of their placeholders. */
export const textOf = (update: AnyUpdate): string => {
  const { UpdateExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = update.compile()
  return UpdateExpression.replace(/#\d+/g, (name: string) => ExpressionAttributeNames[name] ?? name).replace(
    /:\d+/g,
    (value: string) => JSON.stringify(Object.values(ExpressionAttributeValues[value] ?? {})[0])
  )
}
