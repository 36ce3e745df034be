import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'lib/index.ts',
    jsonata: 'lib/jsonata/index.ts',
    lean: 'lib/lean/index.ts',
    testing: 'lib/testing/index.ts'
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  removeNodeProtocol: false, // without `node:`, Deno and Workers do not take a module for Node's
  dts: true,
  external: ['dynalite', /^@dynoxide\//],
  treeshake: true,
  splitting: true,
  clean: true,
  plugins: [
    {
      // In CommonJS, import() is not to be had everywhere, as in Jest.
      name: 'require-later',
      renderChunk(code) {
        if (this.format !== 'cjs') return undefined
        return { code: code.replace(/\bimport\(("\.\/[^"]+")\)/g, 'Promise.resolve().then(() => require($1))') }
      }
    }
  ]
})
