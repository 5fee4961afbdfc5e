import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { UndertoneError } from '../error.ts'
import type { Files } from './bundle-files.ts'

/** The file by which a bundle is known, to be replaced by the next. */
export const LIST = 'integrity.json'

/**
 * Writes a folder as a whole: it is there with all files, or as it was before.
 * @throws {UndertoneError} `out-in-use` when there is a folder with anything but an earlier bundle
 */
export async function writeFolder(out: string, files: Files): Promise<void> {
  const folder = resolve(out)
  await checkReplaceable(folder)
  await mkdir(dirname(folder), { recursive: true })
  const made = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`))
  const fresh = join(made, 'new')
  const old = join(made, 'old')
  try {
    for (const [path, bytes] of files) {
      const file = join(fresh, ...path.split('/'))
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
    const replaced = await rename(folder, old).then(
      () => true,
      () => false,
    )
    try {
      await rename(fresh, folder)
    } catch (error) {
      if (replaced) await rename(old, folder)
      throw error
    }
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

async function checkReplaceable(folder: string) {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw inUse(folder, 'it is no folder, or cannot be read')
  }
  if (names.length === 0) return
  const list = await readFile(join(folder, LIST), 'utf8').catch(() => undefined)
  if (list === undefined) throw inUse(folder, 'it holds other files')
  const known = knownFiles(list)
  const held = await readdir(folder, { recursive: true, withFileTypes: true })
  const strangers = held
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== join(folder, LIST) && !known.has(path.slice(folder.length + 1)))
  if (strangers[0]) throw inUse(folder, `it holds ${strangers[0]}, which is none of a bundle's`)
}

function knownFiles(list: string): Set<string> {
  try {
    return new Set(Object.keys(JSON.parse(list).files).map((path) => join(...path.split('/'))))
  } catch {
    return new Set()
  }
}

const inUse = (folder: string, why: string) =>
  new UndertoneError(
    'out-in-use',
    `${folder} cannot become a bundle: ${why}. Name a folder that is empty or not there yet; an earlier bundle is replaced.`,
  )
