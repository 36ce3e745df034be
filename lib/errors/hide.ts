/** Keeps properties out of what loggers print: they are there, but not enumerable. */
export const hide = <T extends object>(target: T, ...names: readonly (keyof T & string)[]): T => {
  for (const name of names) if (target[name] !== undefined) Reflect.defineProperty(target, name, { enumerable: false })
  return target
}

/** The errors of the SDK that stand behind ours have the stored item, too. */
export const hideItems = (cause: unknown): void => {
  try {
    if (!(cause instanceof Error)) return
    const { CancellationReasons: reasons } = hide(cause as Carrier, 'Item') // an error may have anything
    if (Array.isArray(reasons))
      for (const reason of reasons) if (typeof reason === 'object' && reason !== null) hide(reason as Carrier, 'Item') // the SDK's
  } catch {
    // What cannot be read shows nothing.
  }
}

/** What may have an item: an error of the SDK, or one of its reasons. */
interface Carrier {
  readonly Item?: unknown
  readonly CancellationReasons?: unknown
}
