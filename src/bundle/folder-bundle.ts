import { decode, encode, type Files, type Package } from './bundle-files.ts'
import { integrity, versionOf } from './integrity.ts'
import { fillPage } from './kiosk-page.ts'

/** Where the library and the model lie in a bundle. */
const LIBRARY = 'undertone/'
const PAGE = `${LIBRARY}kiosk/`

/**
 * A folder to be served, or put into an app: the page of a kiosk at its root, and below
 * `undertone/` all that one's own page needs for `createRecognizer({ assets: 'undertone/' })`.
 */
export async function folderBundle({ assets, parts, model, manifest }: Package): Promise<Files> {
  const files: Files = new Map()
  const copy = async (path: string, to: string) => files.set(to, await assets.read(path))
  for (const path of Object.values(parts).flat()) await copy(path, LIBRARY + path)
  for (const [path, bytes] of model) files.set(LIBRARY + path, bytes)
  for (const name of ['style.css', 'icon.svg', 'icon-192.png', 'icon-512.png']) {
    await copy(`kiosk/${name}`, PAGE + name)
  }
  await copy('kiosk/icon-maskable-512.png', `${PAGE}icon-maskable-512.png`)
  for (const name of ['LICENSE', 'THIRD-PARTY-NOTICES.txt']) await copy(name, name)
  await copy('kiosk/manifest.webmanifest', 'manifest.webmanifest')
  const page = decode(await assets.read('kiosk/index.html'))
  const filled = fillPage(page, {
    model: manifest.name,
    serviceWorker: 'service-worker.js',
    elements: [
      {
        pattern: /<!-- installable -->/,
        markup: `<link rel="manifest" href="manifest.webmanifest">\n    <link rel="apple-touch-icon" href="./icon-192.png">`,
      },
    ],
  })
  files.set('index.html', encode(filled.replaceAll('"./', `"${PAGE}`)))

  const known = { version: versionOf(files), files: integrity(files) }
  const script = decode(await assets.read('kiosk/service-worker.js'))
  files.set(
    'service-worker.js',
    encode(`const UNDERTONE_BUNDLE=${JSON.stringify(known)};\n${script}`),
  )
  return files
}
