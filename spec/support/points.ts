import { readFileSync } from 'node:fs'
import path from 'node:path'

/** The points of a document's lists, each on one line. */
export const pointsOf = (file: string): string[] => {
  const text = readFileSync(path.join(import.meta.dirname, '../..', file), 'utf8')
  return [...text.matchAll(/^- (.*(?:\n {2}.*)*)/gm)].map(([, point = '']) => point.replace(/\n */g, ' '))
}
