import { cut, nameOf, printable } from './describe.ts'
import type { Issue } from './error.ts'

/** The part of a message that its list of issues may take, in characters. */
const MAX_LIST = 800

/** The first few issues, and the number of the others. */
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

/** The path as code would write it. Names can come from data, so each is cut and kept on one line. */
export const formatPath = (path: Issue['path']): string => {
  const text = path.slice(0, 40).map((step, i) => (typeof step === 'number' ? `[${step}]` : showName(step, i)))
  return cut(text.join(''), 160) || 'the item'
}

const showName = (name: string, i: number): string => `${i === 0 ? '' : '.'}${printable(cut(nameOf(name), 60))}`
