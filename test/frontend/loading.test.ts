import { readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  createFrontEnd,
  createResampler,
  FrontEnd,
  loadModule,
  Resampler,
} from '../../src/frontend/index.ts'
import { noise } from './signals.ts'

const folder = fileURLToPath(new URL('../../dist', import.meta.url))
const bytes = readFileSync(`${folder}/undertone-frontend.wasm`)
const clip = noise(2000)
// an empty module
const foreign = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))

describe('the WebAssembly is read', () => {
  const places = {
    'from a folder': { assets: folder },
    'from a URL': { assets: pathToFileURL(folder) },
    'from a URL as text': { assets: pathToFileURL(folder).href },
    'by an object': { assets: { read: async () => new Uint8Array(bytes), url: String } },
    'from bytes': { wasm: bytes },
    'from a buffer': { wasm: new Uint8Array(bytes).buffer },
    'from a compiled module': { wasm: new WebAssembly.Module(bytes) },
  }
  for (const [name, place] of Object.entries(places)) {
    it(name, async () => {
      const expected = (await createFrontEnd()).compute(clip)
      expect((await createFrontEnd({}, place)).compute(clip)).toEqual(expected)
    })
  }

  it('once for all that name no place of their own', async () => {
    expect(await loadModule()).toBe(await loadModule())
  })
})

describe('what cannot be loaded is refused in a line', () => {
  const refused: [object, string, RegExp][] = [
    [{ assets: '/nowhere' }, 'asset-missing', /Cannot read undertone-frontend.wasm/],
    [
      { assets: new URL('https://example.com/') },
      'asset-missing',
      /nothing can be read from 'https:.*whole URL/,
    ],
    [{ assets: 5 }, 'settings-invalid', /assets must be.*5/],
    [{ assets: null }, 'settings-invalid', /assets must be.*null/],
    [{ wasm: 'undertone-frontend.wasm' }, 'settings-invalid', /wasm must be bytes/],
    [{ wasm: Promise.resolve(bytes) }, 'settings-invalid', /wasm must be bytes/],
    [{ wasm: new Uint8Array(9) }, 'asset-corrupt', /not a WebAssembly module/],
    [{ wasm: foreign }, 'asset-corrupt', /not that of undertone-frontend.wasm/],
    [{ url: '/' }, 'settings-invalid', /have no 'url'; there are .*assets, wasm, signal/],
    [{ signal: AbortSignal.abort() }, 'aborted', /aborted/],
  ]
  for (const [options, code, message] of refused) {
    it(`${Object.keys(options)}: ${message}`, async () => {
      const refusal = { code, message: expect.stringMatching(message) }
      await expect(createFrontEnd({}, options)).rejects.toMatchObject(refusal)
      const rates = { from: 44100, to: 16000 }
      await expect(createResampler(rates, options)).rejects.toMatchObject(refusal)
    })
  }

  it('as a module that is none', () => {
    const invalid = { code: 'settings-invalid', message: expect.stringMatching(/undefined|object/) }
    for (const module of [undefined, bytes]) {
      expect(() => new FrontEnd(module as never)).toThrow(expect.objectContaining(invalid))
      const rates = { from: 44100, to: 16000 }
      expect(() => new Resampler(module as never, rates)).toThrow(expect.objectContaining(invalid))
    }
  })
})
