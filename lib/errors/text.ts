import { cut, nameOf, printable } from './describe.ts'
import type { Issue } from './error.ts'

/** How much of a message its list of issues may take. */
const MAX_LIST = 800

/** The first few issues, and how many more there are. */
export const list = (issues: readonly Issue[]): string => {
  const shown: string[] = []
  let length = 0
  for (const { path, message } of issues) {
    const text = `${formatPath(path)}: ${cut(message, 300)}`
    length += text.length
    if (length > MAX_LIST && shown.length > 0) break
    shown.push(text)
  }
  const rest = issues.length - shown.length
  return `${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`
}

/** A path as a program would write it; names may be data, so that they are short and on one line. */
export const formatPath = (path: Issue['path']): string => {
  const text = path.slice(0, 40).map((step, i) => (typeof step === 'number' ? `[${step}]` : showName(step, i)))
  return cut(text.join(''), 160) || 'the item'
}

const showName = (name: string, i: number): string => `${i === 0 ? '' : '.'}${printable(cut(nameOf(name), 60))}`
