// Bundles the benchmark with keystorm's sources, as a program that uses keystorm would be, and runs it.
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const outfile = fileURLToPath(new URL('node_modules/.cache/bench.mjs', import.meta.url))

buildSync({
  entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@aws-sdk/*'],
  logLevel: 'warning'
})

await import(outfile)
