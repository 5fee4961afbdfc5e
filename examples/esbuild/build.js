import { cpSync } from 'node:fs'
import { build } from 'esbuild'

cpSync('node_modules/undertone/dist', 'dist/undertone', { recursive: true })
cpSync('index.html', 'dist/index.html')
await build({
  entryPoints: ['src/main.js'],
  outdir: 'dist',
  bundle: true,
  // Decoders stay apart, and are loaded when they are needed.
  splitting: true,
  format: 'esm',
  minify: true,
})
