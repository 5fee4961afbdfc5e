/** The most that multiply-adds in WebAssembly can do on this machine, on one thread. */
import asc from 'assemblyscript/asc'

/** @returns a kernel of 40 multiply-adds, times what it is given */
export async function compileLimit(relaxed: boolean): Promise<(times: number) => number> {
  let wasm: Uint8Array<ArrayBuffer> | undefined
  const enabled = relaxed ? ['--enable', 'relaxed-simd'] : []
  const options = '--runtime stub --enable simd -O3 --noAssert --use abort='.split(' ')
  const { error, stderr } = await asc.main(
    ['assembly/engine-limit.ts', '--outFile', 'limit.wasm', ...options, ...enabled],
    {
      writeFile(name, contents) {
        if (name.endsWith('.wasm')) wasm = Uint8Array.from(contents as Uint8Array)
      },
    },
  )
  if (error || !wasm) throw new Error(`engine-limit.ts: ${stderr}`, { cause: error })
  const { instance } = await WebAssembly.instantiate(wasm)
  return instance.exports.multiplyAdds as (times: number) => number
}

/** @returns multiply-adds a second, in thousands of millions, the most of some rounds */
export function measureLimit(kernel: (times: number) => number): number {
  const times = 1e6
  let least = Infinity
  for (let round = 0; round < 20; ++round) {
    const start = performance.now()
    kernel(times)
    least = Math.min(least, performance.now() - start)
  }
  return (40 * times) / least / 1e6
}
