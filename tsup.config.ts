import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { defineConfig, type Options } from 'tsup'
import ts from 'typescript'

/** Folders that have next to nothing of the core in them. */
const APART = ['lean', 'otel']

const hasBody = (made: ts.Expression | undefined): made is ts.ArrowFunction =>
  made !== undefined && ts.isArrowFunction(made) && ts.isBlock(made.body)

/**
 * `const f = (a) => { … }` of a module as `const f = function (a) { … }`, which V8 loads in two thirds of the time: it
 * reads such an arrow function whole, and skips the other's body until it is called. At the top of a module both mean the same.
 */
const skippable: NonNullable<Options['plugins']>[number] = {
  name: 'bodies that are skipped',
  renderChunk: code => {
    const source = ts.createSourceFile('chunk.js', code, ts.ScriptTarget.Latest)
    const arrows = source.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => declarationList.declarations.map(({ initializer }) => initializer))
      .filter(hasBody)
    let text = ''
    let at = 0
    for (const { parameters, equalsGreaterThanToken: arrow } of arrows) {
      const start = code.lastIndexOf('(', parameters.pos)
      text += `${code.slice(at, start)}function ${code.slice(start, arrow.pos)} `
      at = arrow.end + 1
    }
    return { code: text + code.slice(at) }
  }
}

/** For Node: few files, as each costs about a millisecond of loading. */
const packed = defineConfig({
  entry: {
    index: 'lib/index.ts',
    bulk: 'lib/bulk/index.ts',
    coalesce: 'lib/coalesce/index.ts',
    jsonata: 'lib/jsonata/index.ts',
    lean: 'lib/lean/index.ts',
    'lean-fetch': 'lib/lean/fetch/index.ts',
    modify: 'lib/modify/index.ts',
    otel: 'lib/otel/index.ts',
    pick: 'lib/pick/index.ts',
    streams: 'lib/streams/index.ts',
    t: 'lib/fields/t.ts',
    testing: 'lib/testing/index.ts',
    unsent: 'lib/unsent/index.ts'
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  removeNodeProtocol: false, // without `node:`, Deno and Workers do not take a module for Node's
  dts: true,
  external: ['dynalite', /^@dynoxide\//],
  treeshake: true,
  splitting: true,
  esbuildOptions: options => {
    options.ignoreAnnotations = true // or the import below would be left out, as one without side effects
  },
  esbuildPlugins: [
    {
      // What all entries share is one file: otherwise there is one for each set of entries that share something.
      name: 'core in one file',
      setup: build =>
        build.onLoad({ filter: /[\\/]lib[\\/]\w+[\\/]index\.ts$/ }, async ({ path: file }) => {
          if (APART.includes(path.basename(path.dirname(file)))) return undefined
          return { loader: 'ts', contents: `import '../index.ts'\n${await readFile(file, 'utf8')}` }
        })
    }
  ],
  plugins: [
    skippable,
    {
      // In CommonJS, import() is not to be had everywhere, as in Jest.
      name: 'require-later',
      renderChunk(code) {
        if (this.format !== 'cjs') return undefined
        return { code: code.replace(/\bimport\(("[^"]+")\)/g, 'Promise.resolve().then(() => require($1))') }
      }
    }
  ]
})

/** For bundlers: a file for each of lib/, so that what a program does not use stays out of its bundle. */
const apart = defineConfig({
  entry: ['lib/**/*.ts'],
  outDir: 'dist/modules',
  format: ['esm'],
  target: 'node20',
  removeNodeProtocol: false,
  bundle: false,
  plugins: [
    skippable,
    {
      name: 'names of what was built',
      renderChunk: code => ({ code: code.replace(/(["'])(\.\.?\/[^"'\n]+)\.ts\1/g, '$1$2.js$1') })
    }
  ]
})

export default [packed, apart].flat()
