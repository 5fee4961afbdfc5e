import { gzipSync } from 'node:zlib'
import { version } from '../../package.json'
import type { InlineAssets } from '../standalone/inline-assets.ts'
import { decode, encode, type Files, type Package } from './bundle-files.ts'
import { sriHash } from './integrity.ts'
import { fillPage } from './kiosk-page.ts'

/**
 * A page and a script, each with everything in it: `undertone.html`, to be opened from a disk or
 * given to a webview as text, and `undertone.js`, for a page of one's own.
 */
export async function singleFiles(source: Package): Promise<Files> {
  const { assets, manifest } = source
  const inline = await inlineAssets(source)
  const script = async (path: string) =>
    `(()=>{const UNDERTONE_INLINE=${inline};${decode(await assets.read(path))}`
  const notice = `/* Undertone ${version}, MIT; with it go LICENSE and THIRD-PARTY-NOTICES.txt. */\n`
  // The mark makes it UTF-8 for a page that does not say so.
  const library = `\ufeff${notice}var undertone=${await script('standalone/undertone.js')};return undertone})();\n`
  const files: Files = new Map([['undertone.js', encode(library)]])

  const code = safe(`${await script('standalone/page.js')}})();`)
  const style = decode(await assets.read('kiosk/style.css'))
  const icon = Buffer.from(await assets.read('kiosk/icon.svg')).toString('base64')
  const page = fillPage(decode(await assets.read('kiosk/index.html')), {
    model: manifest.name,
    policy: [
      "default-src 'none'",
      // The worklet and the worker come from data: there is no file they could come from.
      `script-src '${sriHash(encode(code))}' 'wasm-unsafe-eval' data:`,
      'worker-src data:',
      `style-src '${sriHash(encode(style))}'`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
    elements: [
      { pattern: / *<!-- installable -->\n/, markup: '' },
      { pattern: /"\.\/icon\.svg"/, markup: `"data:image/svg+xml;base64,${icon}"` },
      { pattern: /<link rel="stylesheet"[^>]*>/, markup: `<style>${style}</style>` },
      { pattern: /<script type="module"[^>]*><\/script>/, markup: `<script>${code}</script>` },
    ],
  })
  files.set('undertone.html', encode(page))
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.txt']) {
    files.set(name, await assets.read(name))
  }
  const card = `models/${manifest.name}/README.md`
  const terms = source.model.get(card)
  if (terms) files.set(`${manifest.name}.md`, terms)
  return files
}

/** The assets as a JavaScript expression. */
async function inlineAssets({ assets, parts, model, manifest }: Package): Promise<string> {
  const inline: InlineAssets = { model: manifest.name, scripts: {}, files: {} }
  inline.scripts['worker.js'] = decode(await assets.read('standalone/worker.js'))
  inline.scripts['microphone-worklet.js'] = decode(await assets.read('microphone-worklet.js'))
  const add = (path: string, bytes: Uint8Array) => {
    inline.files[path] = gzipSync(bytes, { level: 9 }).toString('base64')
  }
  const isWasm = (path: string) => path.endsWith('.wasm')
  for (const path of [...parts.wasm, ...parts.onnxruntime].filter(isWasm)) {
    add(path, await assets.read(path))
  }
  for (const [path, bytes] of model) if (!path.endsWith('.md')) add(path, bytes)
  return JSON.stringify(inline)
}

/**
 * Code that can stand between script tags. What would end the element, or begin a comment, occurs in
 * texts and patterns alone, where the escape means the same. Parsers of HTML replace NUL, which the
 * decoders' texts are full of: they know this escape, and check what they read.
 */
const safe = (code: string) =>
  code.replace(/<(?=\/script|script|!--)/gi, '\\x3c').replaceAll('\0', '\\u0000')
