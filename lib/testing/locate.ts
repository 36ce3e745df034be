import { createRequire } from 'node:module'
import path from 'node:path'

/** Where to look for engines: the running project, then the place where keystorm is installed. */
const startingPoints = (): string[] => {
  // __filename exists only in CommonJS, import.meta.url only in ES modules.
  const own = typeof __filename === 'string' ? __filename : import.meta.url
  return [path.join(process.cwd(), 'noop.js'), own]
}

/** The path of a module and the `require` that found it; `undefined` if no starting point can resolve it. */
export const findModule = (id: string): { path: string; require: NodeJS.Require } | undefined => {
  for (const from of startingPoints()) {
    const require = createRequire(from)
    try {
      return { path: require.resolve(id), require }
    } catch {
      // try the next starting point
    }
  }
  return undefined
}
