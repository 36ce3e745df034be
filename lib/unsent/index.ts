import { checkGiven, wordsOf } from '../errors.ts'
import { checkDb } from '../verbs/check-db.ts'
import type { Db } from '../verbs/db.ts'
import { type Trace, WatchedTarget } from './target.ts'

/** A builder that nobody awaited. */
export interface UnsentBuilder {
  /** The verb that made it. */
  readonly verb: string
  /** Where that was called: function, file, line and column, as stacks say it. */
  readonly at: string
}

/**
 * The same verbs, which tell of builders that nobody awaited, so that nothing was sent: once for each place of the program, when
 * the builder is garbage; as a warning of the process, unless they are given a function. For development: where each builder
 * was made costs more than making it. One that is only compiled counts as not sent.
 *
 * ```ts
 * const db = process.env.NODE_ENV === 'production' ? connect() : warnUnsent(connect())
 * ```
 */
export const warnUnsent = <D extends Pick<Db, ' target'>>(db: D, tell: (unsent: UnsentBuilder) => void = warn): D => {
  checkDb('warnUnsent()', db)
  checkGiven('warnUnsent()', 'takes a function that is told', tell, typeof tell === 'function')
  const told = new Set<string>()
  const end = ({ isSent, stack }: Trace): void => {
    if (isSent) return
    const unsent = unsentOf(stack)
    if (told.has(unsent.at)) return
    told.add(unsent.at)
    // Thrown out of a finalizer, or rejected with, it would end the process.
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
  return Object.create(db, { ' target': { value: target } }) as D // it has all that the verbs have
}

// Of the module, since one that is garbage itself tells of nothing.
let registry: FinalizationRegistry<Trace> | undefined

const warn = ({ verb, at }: UnsentBuilder): void =>
  process.emitWarning(`${verb}() at ${at}: nobody awaited what it gave, so nothing was sent`, 'UnsentBuilder')

/** The first frame is the verb's, the second that of who called it. */
const unsentOf = (stack = ''): UnsentBuilder => {
  const [verb = '', caller = ''] = stack.split('\n').slice(1)
  return {
    verb: /at (?:.*\.)?(\w+) /.exec(verb)?.[1] ?? 'a verb',
    at: caller.replace(/^\s*at /, '') || 'a place that is not known'
  }
}
