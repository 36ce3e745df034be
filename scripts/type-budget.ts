/**
 * What keystorm's types cost the compiler of a user: programs of fifty models of ten fields are compiled against
 * declarations made from the sources, and so is one without any model. Fails above the ceilings; raising one takes a
 * commit that says why.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  allProgram,
  baseline,
  basicsProgram,
  failingProgram,
  layoutIndexProgram,
  layoutModelsProgram,
  layoutProgram,
  MISTAKE_COUNT,
  modelsProgram,
  setProgram,
  usedProgram,
  verbsProgram
} from './type-programs.ts'

/** Instantiations of whole programs, the SDK's included. */
const CEILINGS = { basics: 75_000, verbs: 137_000, set: 155_000, all: 201_000 }
const MODELS = 50
/** A set of so many models may cost so much more than the models without it. */
const MANY = { models: 300, ceiling: 150_000 }
/** What a program may cost that makes {@link MISTAKE_COUNT} mistakes, of as many models. */
const FAILING = 46_000
/** Models of a layout of five indexes may cost so many times what models of STORM's table do, with the same calls; and with queries of an index. */
const RATIOS = { layout: 1.3, layoutIndex: 1.45 }

const root = path.join(import.meta.dirname, '..')
const folder = path.join(root, 'node_modules/.cache/type-budget')

interface Cost {
  readonly instantiations: number
  readonly types: number
  readonly seconds: number
}

/** Runs the compiler in the folder, and gives what it printed; of a program that is to fail, with the mistakes it found. */
const tsc = (name: string, compilerOptions: object, files: readonly string[], mistakes = 0): string => {
  const config = path.join(folder, `${name}.json`)
  const extended = path.join(root, 'tsconfig.json')
  writeFileSync(config, JSON.stringify({ extends: extended, compilerOptions, files, include: [] }))
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
  const args = [compiler, '-p', config, '--extendedDiagnostics']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const found = new Set(stdout.match(/^\S+\(\d+(?=,\d+\): error)/gm)).size // more than one may be said of a line
  if (mistakes > 0 ? found !== mistakes : status !== 0)
    throw new Error(`The program '${name}' does not compile:\n${stdout.split('\nFiles:')[0]}${stderr}`)
  return stdout
}

/** What it costs to check these files of the folder. */
const check = (name: string, files: readonly string[], mistakes?: number): Cost => {
  const stdout = tsc(name, { paths: { keystorm: [path.join(folder, 'lib/index.d.ts')] } }, files, mistakes)
  const figure = (label: string): number => {
    const text = new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1]
    if (text === undefined) throw new Error(`tsc did not say '${label}':\n${stdout}`)
    return Number(text)
  }
  return { instantiations: figure('Instantiations'), types: figure('Types'), seconds: figure('Check time') }
}

const show = (label: string, { instantiations, types, seconds }: Cost): void =>
  console.log(
    label.padEnd(36),
    instantiations.toLocaleString('en').padStart(15),
    types.toLocaleString('en').padStart(9),
    `${seconds.toFixed(2)} s`.padStart(10)
  )

const difference = (a: Cost, b: Cost): Cost => ({
  instantiations: a.instantiations - b.instantiations,
  types: a.types - b.types,
  seconds: a.seconds - b.seconds
})

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n')
writeFileSync(path.join(folder, 'baseline.ts'), baseline())
writeFileSync(path.join(folder, 'models.ts'), modelsProgram(MODELS))
writeFileSync(path.join(folder, 'basics.ts'), basicsProgram(MODELS))
writeFileSync(path.join(folder, 'verbs.ts'), verbsProgram(MODELS))
writeFileSync(path.join(folder, 'all.ts'), allProgram(MODELS))
writeFileSync(path.join(folder, 'set.ts'), setProgram(MODELS))
writeFileSync(path.join(folder, 'many-models.ts'), modelsProgram(MANY.models))
writeFileSync(path.join(folder, 'used.ts'), usedProgram(MANY.models, './many-models.ts'))
writeFileSync(path.join(folder, 'many.ts'), setProgram(MANY.models, './many-models.ts'))
writeFileSync(path.join(folder, 'failing.ts'), failingProgram())
writeFileSync(path.join(folder, 'layout-models.ts'), layoutModelsProgram(MODELS))
writeFileSync(path.join(folder, 'layout.ts'), layoutProgram(MODELS))
writeFileSync(path.join(folder, 'layout-index.ts'), layoutIndexProgram(MODELS))

// Checked as sources, the library would cost what its own function bodies do; users only have declarations.
const declarations = { noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: 'lib', noCheck: true }
tsc('lib', { ...declarations, rootDir: path.join(root, 'lib') }, [path.join(root, 'lib/index.ts')])

const empty = check('baseline', ['baseline.ts'])
const definitions = check('models', ['baseline.ts', 'models.ts'])
const basics = check('basics', ['basics.ts'])
const layout = check('layout', ['layout.ts'])
const layoutIndex = check('layout-index', ['layout-index.ts'])
const verbs = check('verbs', ['verbs.ts'])
const all = check('all', ['all.ts'])
const whole = check('whole', ['verbs.ts', 'set.ts'])
const used = check('used', ['used.ts'])
const many = difference(check('many', ['used.ts', 'many.ts']), used)
const failing = check('failing', ['failing.ts'], MISTAKE_COUNT)

console.log(''.padEnd(36), 'instantiations'.padStart(15), 'types'.padStart(9), 'check time'.padStart(10))
show('no model: the SDK and keystorm', empty)
show(`${MODELS} models: put, get, query`, basics)
show(`${MODELS} models of a layout: the same`, layout)
show('  but queries of an index', layoutIndex)
show(`${MODELS} models: the verbs but batches`, verbs)
show('these, and models({ … })', whole)
show('  more than no model', difference(whole, empty))
show('  of which defining the models', difference(definitions, empty))
show('  of which the verbs', difference(verbs, definitions))
show('  of which models({ … })', difference(whole, verbs))

show('every verb and option', all)
show(`${MANY.models} models`, used)
show('  and more for models({ … })', many)
show(`${MISTAKE_COUNT} mistakes`, failing)

const perModel = Math.round((verbs.instantiations - empty.instantiations) / MODELS)
console.log(`\n${perModel.toLocaleString('en')} instantiations for a model and these verbs`)

const measured = {
  basics: basics.instantiations,
  verbs: verbs.instantiations,
  set: whole.instantiations,
  all: all.instantiations,
  layout: layout.instantiations,
  layoutIndex: layoutIndex.instantiations,
  many: many.instantiations,
  failing: failing.instantiations
}
const times = (ratio: number) => Math.floor(basics.instantiations * ratio)
const ceilings = {
  ...CEILINGS,
  layout: times(RATIOS.layout),
  layoutIndex: times(RATIOS.layoutIndex),
  many: MANY.ceiling,
  failing: FAILING
}
for (const [program, ceiling] of Object.entries(ceilings)) {
  const instantiations = measured[program as keyof typeof measured] // of the same names
  const holds = instantiations <= ceiling
  console.log(
    `${program}: ${instantiations.toLocaleString('en')}, ${holds ? 'within' : 'ABOVE'} ${ceiling.toLocaleString('en')}`
  )
  if (!holds) process.exitCode = 1
}
