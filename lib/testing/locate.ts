import { createRequire } from 'node:module'
import path from 'node:path'

/** Where engines are looked for: the project that runs first, then wherever keystorm itself is installed. */
const startingPoints = (): string[] => {
  // One of the two is missing, depending on whether this runs as an ES module or as CommonJS.
  const own = typeof __filename === 'string' ? __filename : import.meta.url
  return [path.join(process.cwd(), 'noop.js'), own]
}

/** The `require` of the first starting point that can resolve the module, or undefined where none can. */
export const findModule = (id: string): { path: string; require: NodeJS.Require } | undefined => {
  for (const from of startingPoints()) {
    const require = createRequire(from)
    try {
      return { path: require.resolve(id), require }
    } catch {
      // not installed there: the next starting point may have it
    }
  }
  return undefined
}
