import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))

/** Everything that `bench/` installs: the peers, some AGPL, and what they bring. */
const peers = Object.keys(json('bench/package.json').dependencies)
const marks = ['Essentia', 'essentia.js', 'Meyda', 'meyda', 'pffft', 'fft.js']

it("the bench's peers are no dependency of ours", () => {
  expect(peers).toContain('essentia.js')
  const ours = json('package.json')
  const { packages } = json('package-lock.json')
  for (const peer of peers) {
    expect(Object.keys({ ...ours.dependencies, ...ours.devDependencies })).not.toContain(peer)
    expect(packages).not.toHaveProperty([`node_modules/${peer}`])
  }
})

it('none of them reaches dist/', () => {
  const dist = new URL('dist/', root)
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files.length).toBeGreaterThan(5)
  for (const { parentPath, name } of files) {
    // types carry docstrings, which may name librosa
    if (!/\.(js|mjs|wasm)$/.test(name)) continue
    const text = readFileSync(`${parentPath}/${name}`, 'latin1')
    for (const mark of marks) {
      expect(text.includes(mark), `${name} holds ${mark}`).toBe(false)
    }
  }
})
