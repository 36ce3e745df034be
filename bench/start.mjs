// Bundles the benchmark with keystorm's sources, as a program that uses keystorm would be, and runs it.
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

// Which program: main.ts, unless the first argument is another.
const entry = process.argv[2]?.endsWith('.ts') ? process.argv.splice(2, 1)[0] : 'main.ts'
const outfile = fileURLToPath(new URL(`node_modules/.cache/${entry.replace('.ts', '.mjs')}`, import.meta.url))

buildSync({
  entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@aws-sdk/*'],
  logLevel: 'warning'
})

await import(outfile)
