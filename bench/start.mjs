// Bundles the benchmark with keystorm's sources, as a program that uses keystorm would be, and runs it.
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

// Which program: main.ts, unless the first argument is another; with --all, what all.ts measures besides.
const entry = process.argv[2]?.endsWith('.ts') ? process.argv.splice(2, 1)[0] : 'main.ts'
const all = process.argv.indexOf('--all')
if (all > 0) process.argv.splice(all, 1)

for (const program of all > 0 ? [entry, 'all.ts'] : [entry]) {
  const outfile = fileURLToPath(new URL(`node_modules/.cache/${program.replace('.ts', '.mjs')}`, import.meta.url))
  buildSync({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@aws-sdk/*', '@aws-lite/*', 'dynamodb-onetable', 'dynamodb-toolbox', 'electrodb', 'esbuild'],
    logLevel: 'warning'
  })
  await import(outfile)
}
