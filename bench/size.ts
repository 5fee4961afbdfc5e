/**
 * What a page loads, by brotli, part by part, beside what each may have.
 *
 * Usage: npm run size [--silent] -- [--json]
 */
import { aim, wireSizes } from './wire-sizes.ts'

const parts = wireSizes()
const ours = parts.filter((part) => part.ours)
const total = ours.reduce((sum, { bytes }) => sum + bytes, 0)

if (process.argv.includes('--json')) console.log(JSON.stringify({ parts, ours: total, aim }))
else {
  const line = (name: string, bytes: number, budget: number) =>
    console.log(
      `${name.padEnd(26)}${kilobytes(bytes).padStart(9)} kB of ${kilobytes(budget).padStart(7)}`,
    )
  for (const { name, bytes, budget, ours } of parts) {
    line(`${ours ? '*' : ' '} ${name}`, bytes, budget)
  }
  line('* all of ours, always', total, aim)
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}
