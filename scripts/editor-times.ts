/**
 * How soon an editor answers in a project of 200 models: completions after a keystroke, the median and the slowest of twenty. The
 * models stand in one file, their set and `db` in another, and a third is edited. Printed, not tested: it depends on the machine.
 */

import { Editor } from '../spec/support/editor.ts'
import { modelsProgram } from './type-programs.ts'

const MODELS = 200
const TIMES = Number(process.env.TIMES ?? 20)

const KEY = "tenant: 't', region: 'r', day: new Date(0)"
const places: Readonly<Record<string, string>> = {
  'a verb of db': 'db./*here*/',
  'a method of a query': `db.query(Model7).where({ ${KEY} })./*here*/`,
  'an attribute in where': "db.query(Model7).where({ tenant: 't', /*here*/ })",
  'an attribute in filter': `db.query(Model7).where({ ${KEY} }).filter({ /*here*/ })`,
  'an attribute of a row': `(await db.query(Model7).where({ ${KEY} }))[0]?./*here*/`,
  'an attribute in set': `db.update(Model7, { ${KEY}, seq: 1 }).set({ /*here*/ })`,
  'a model of a set': 'app.models./*here*/',
  'of one with its type': 'typed.models./*here*/'
}
const names = Array.from({ length: MODELS }, (_, n) => `Model${n}`).join(', ')
const app = `
import { connect, models, type ModelSet } from 'keystorm'
import { ${names} } from './models.ts'
import * as all from './models.ts'
export const db = connect()
export const app = models({ ${names} })
export const typed: ModelSet<typeof all> = models(all)
`
const programOf = (code: string, n: number): string => `
import { app, db, typed } from './app.ts'
import { Model7 } from './models.ts'
export const use${n} = async () => {
  ${code}
}
`

const editor = new Editor(programOf('', 0), { 'models.ts': modelsProgram(MODELS), 'app.ts': app })
for (const [what, code] of Object.entries(places)) {
  const times: number[] = []
  let offered = 0
  for (let n = 0; n <= TIMES; n++) {
    editor.edit(programOf(code, n))
    const start = performance.now()
    offered = editor.completions('here').length
    if (n > 0) times.push(performance.now() - start) // the first one also reads the program
  }
  times.sort((a, b) => a - b)
  const median = times[times.length >> 1] ?? 0
  console.log(
    `${what.padEnd(24)} ${median.toFixed(0).padStart(5)} ms, at most ${(times.at(-1) ?? 0).toFixed(0)} ms, ${offered} names`
  )
}
