import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import seedrandom from 'seedrandom'
import { createRecognizer } from 'undertone'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assetsAt } from '../../src/assets.node.ts'

const train = fileURLToPath(new URL('..', import.meta.url))
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))

/** 16-bit mono WAV. */
function wav(samples: Float32Array, sampleRate: number): Buffer {
  const bytes = Buffer.alloc(44 + 2 * samples.length)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + 2 * samples.length, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(2 * sampleRate, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((sample, i) => {
    bytes.writeInt16LE(Math.round(sample * 32767), 44 + 2 * i)
  })
  return bytes
}

/** A made-up voice: each emotion another pitch, at 48 kHz as RAVDESS is published. */
function voice(emotion: number, seed: string): Float32Array {
  const random = seedrandom.alea(seed)
  const pitch = 150 * 1.35 ** emotion * (0.97 + 0.06 * random())
  return Float32Array.from({ length: 24000 }, (_, i) => {
    const t = i / 48000
    return 0.3 * Math.sin(2 * Math.PI * pitch * t) + 0.01 * (random() - 0.5)
  })
}

describe('the whole road: corpus, training, conversion, recognition', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'undertone-road-'))
    for (let actor = 1; actor <= 24; actor++) {
      const two = String(actor).padStart(2, '0')
      await mkdir(join(folder, 'corpus', `Actor_${two}`), { recursive: true })
      for (let emotion = 1; emotion <= 8; emotion++) {
        const name = `03-01-0${emotion}-01-01-01-${two}.wav`
        const bytes = wav(voice(emotion - 1, name), 48000)
        await writeFile(join(folder, 'corpus', `Actor_${two}`, name), bytes)
      }
    }
    await writeFile(join(folder, 'corpus', 'Actor_03', '03-01-01-01-01-02-03.wav'), 'not a wav')
  })
  afterAll(() => rm(folder, { recursive: true }))

  function run(script: string, ...args: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(train, script), '--data', join(folder, 'corpus'), ...args],
      { encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } },
    )
    expect(status, stderr).toBe(0)
    return { stdout, stderr }
  }

  it('learns from files, and tells a new voice on the device', async () => {
    const places = ['--runs', 'runs', '--cache', 'cache', '--results', 'results']
    const release = run(
      'train.ts',
      ...places,
      '--epochs',
      '4',
      '--exclude',
      '7',
      '--validation',
      '8,9',
      '--out',
      'models/made-up',
    )
    expect(release.stderr).toMatch(/left out: .*03-01-01-01-01-02-03\.wav/)

    const manifest = JSON.parse(
      await readFile(join(folder, 'models/made-up/manifest.json'), 'utf8'),
    )
    expect(manifest.corpora[0].speakers).toHaveLength(23)
    expect(manifest.corpora[0].speakers).not.toContain('7')
    expect(manifest.calibration.speakers).toEqual(['8', '9'])
    expect(manifest.calibration.temperature).toBeGreaterThan(0.19)
    expect(manifest.licence.commercialUse).toBe(false)
    expect(manifest.scores).toEqual([])

    const [code, own] = [assetsAt(dist), assetsAt(folder)]
    const recognizer = await createRecognizer({
      model: 'made-up',
      assets: {
        url: (path) => code.url(path),
        read: (path, signal) => (path.startsWith('models/') ? own : code).read(path, signal),
      },
    })
    const labels = manifest.labels as string[]
    let right = 0
    for (const [emotion, label] of labels.entries()) {
      const answer = await recognizer.recognize(wav(voice(emotion, `new ${label}`), 48000))
      if (answer.emotion === label) right++
    }
    await recognizer.dispose()
    expect(right).toBeGreaterThanOrEqual(5)
  }, 240_000)

  it('scores a fold, and writes what it found', async () => {
    const places = ['--runs', 'runs', '--cache', 'cache', '--results', 'results']
    const { stdout } = run('evaluate.ts', ...places, '--epochs', '1', '--folds', '5')
    const [name] = await readdir(join(folder, 'results/residual-cnn'))
    const path = join('results/residual-cnn', name!)
    expect(name).toMatch(/^ravdess-speaker-5fold-[0-9a-f]{12}-fold-5-seed-1.json$/)
    const result = JSON.parse(await readFile(join(folder, path), 'utf8'))
    expect(result.testSpeakers).toEqual(['1', '4', '9', '22'])
    expect(result.tested).toHaveLength(32)
    expect(stdout).toContain(`UAR ${result.uar.toFixed(3)}`)
    // The same run is a model, too.
    const again = run(
      'train.ts',
      ...places,
      '--epochs',
      '1',
      '--fold',
      '5',
      '--out',
      'models/fold-5',
    )
    expect(again.stderr).not.toContain('epoch 1/1')
    const text = await readFile(join(folder, 'models/fold-5/manifest.json'), 'utf8')
    const { corpora, calibration } = JSON.parse(text)
    expect(corpora[0].speakers).not.toContain('22')
    expect(calibration.speakers).toEqual(['2', '5'])
  }, 240_000)
})
