import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'lib/index.ts', jsonata: 'lib/jsonata/index.ts', testing: 'lib/testing/index.ts' },
  format: ['esm', 'cjs'],
  target: 'node20',
  removeNodeProtocol: false, // without `node:`, Deno and Workers do not take a module for Node's
  dts: { resolve: ['type-fest', /^\.\/source\//] } /* the second is what type-fest imports from itself */,
  external: ['dynalite', /^@dynoxide\//],
  treeshake: true,
  splitting: true,
  clean: true
})
