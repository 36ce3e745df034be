import { defineConfig } from 'tsup'

/** For Node: few files, which it reads sooner than many. */
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
  plugins: [
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
    {
      name: 'names of what was built',
      renderChunk: code => ({ code: code.replace(/(["'])(\.\.?\/[^"'\n]+)\.ts\1/g, '$1$2.js$1') })
    }
  ]
})

export default [packed, apart].flat()
