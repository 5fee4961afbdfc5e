import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

it('bench:frontend --json tells the ratios, and nothing but one object', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const args = ['tsx', 'bench/frontend.ts', '--json', '--rounds', '1', '--python', 'no-python']
  const out = execFileSync('npx', args, { cwd: root, encoding: 'utf8' })
  const report = JSON.parse(out)
  for (const peer of ['fft', 'librosa', 'meyda', 'pffft_js']) {
    expect(report).toHaveProperty(`ratio_to_${peer}`)
  }
  expect(report.ratio_to_librosa).toBeNull()
  expect(report.skipped).toContain('librosa: not installed')
  expect(report.wasm_bytes).toBeLessThanOrEqual(48 * 1024)
  expect(report.realtime_180).toBeGreaterThan(0)
  expect(Object.values(report.stages_us)).toHaveLength(6)
  const bare = [512, 1024].flatMap((size) => [
    `pffft SIMD, a bare FFT of ${size}`,
    `pffft SIMD, a bare FFT of ${size}, bins in order`,
  ])
  const transforms = Object.keys(report.us_a_frame).filter((name) => name.includes('bare FFT'))
  expect(transforms).toEqual(report.ratio_to_fft === null ? [] : bare)
  // what a peer could not be measured by is told by name
  for (const [name, ratio] of [
    ['Meyda', report.ratio_to_meyda],
    ['pffft', report.ratio_to_pffft_js],
  ]) {
    const skipped = report.skipped.some((line: string) => line.startsWith(name))
    expect(ratio === null).toBe(skipped)
  }
}, 120_000)
