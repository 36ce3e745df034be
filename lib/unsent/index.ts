import { checkGiven, wordsOf } from '../errors.ts'
import { type Connected, checkDb } from '../verbs/check-db.ts'
import { type Trace, WatchedTarget } from './target.ts'

/** A builder that was never awaited. */
export interface UnsentBuilder {
  /** The verb that made it. */
  readonly verb: string
  /** Where the verb was called: function, file, line and column, in the form of a stack frame. */
  readonly at: string
}

/**
 * Returns the same verbs, but reports builders that were never awaited, and so sent nothing. It reports each place in
 * the program once, after the builder was garbage collected: to `tell`, or as a warning of the process. Use it in
 * development, since recording where a builder was made costs more than making it. A builder that was only compiled
 * counts as unsent.
 *
 * ```ts
 * const db = process.env.NODE_ENV === 'production' ? connect() : warnUnsent(connect())
 * ```
 */
export const warnUnsent = <D extends Connected>(db: D, tell: (unsent: UnsentBuilder) => void = warn): D => {
  checkDb('warnUnsent()', db)
  checkGiven('warnUnsent()', 'takes a function that is told', tell, typeof tell === 'function')
  const told = new Set<string>()
  const end = ({ isSent, stack }: Trace): void => {
    if (isSent) return
    const unsent = unsentOf(stack)
    if (told.has(unsent.at)) return
    told.add(unsent.at)
    // An error or rejection in a finalizer would end the process.
    const say = async () => tell(unsent)
    say().catch(error => process.emitWarning(`warnUnsent(): the function that is told threw ${wordsOf(error)}`))
  }
  const target = () => {
    const trace: Trace = { isSent: false, end }
    Error.captureStackTrace(trace, target)
    const life = { trace }
    registry ??= new FinalizationRegistry(ended => ended.end(ended))
    registry.register(life, trace)
    return new WatchedTarget(db[' target'](), life)
  }
  return Object.create(db, { ' target': { value: target } }) as D // it inherits all verbs of `db`
}

// Global, since a registry that is itself garbage collected reports nothing.
let registry: FinalizationRegistry<Trace> | undefined

const warn = ({ verb, at }: UnsentBuilder): void =>
  process.emitWarning(`${verb}() at ${at}: nobody awaited what it gave, so nothing was sent`, 'UnsentBuilder')

/** The first frame is the verb's, the second its caller's. */
const unsentOf = (stack = ''): UnsentBuilder => {
  const [verb = '', caller = ''] = stack.split('\n').slice(1)
  return {
    verb: /at (?:.*\.)?(\w+) /.exec(verb)?.[1] ?? 'a verb',
    at: caller.replace(/^\s*at /, '') || 'a place that is not known'
  }
}
