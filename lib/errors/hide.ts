/** Makes properties non-enumerable, so that loggers do not print them. */
export const hide = <T extends object>(target: T, ...names: readonly (keyof T & string)[]): T => {
  for (const name of names) if (target[name] !== undefined) Reflect.defineProperty(target, name, { enumerable: false })
  return target
}

/** Hides the stored items in an SDK error, which becomes the `cause` of ours. */
export const hideItems = (cause: unknown): void => {
  try {
    if (!(cause instanceof Error)) return
    const { CancellationReasons: reasons } = hide(cause as Carrier, 'Item') // an error can have any property
    if (Array.isArray(reasons))
      for (const reason of reasons) if (typeof reason === 'object' && reason !== null) hide(reason as Carrier, 'Item') // the SDK's
  } catch {
    // A logger cannot read it either.
  }
}

/** An SDK error or a cancellation reason, which may carry an item. */
interface Carrier {
  readonly Item?: unknown
  readonly CancellationReasons?: unknown
}
