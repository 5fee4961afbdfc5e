import type { PlanWriter, Word } from './plan-writer.ts'

/** A product's numbers; see `assembly/engine/multiply.ts`. Steps are in bytes, and 0 when absent. */
export interface ProductNumbers {
  images?: number
  rows?: number
  columns: number
  channels: number
  x: Word
  xImage?: number
  xRow?: number
  xColumn: number
  runs: number[]
  runBytes: number
  weights: Word
  weightsImage?: number
  bias?: Word
  y: Word
  yImage?: number
  yRow?: number
  yColumn: number
  addend?: { at: Word; image: number; row: number; column: number } | undefined
  low?: number
  high?: number
  step?: number | undefined
  /** See Step. */
  work: number
}

export function productStep(write: PlanWriter, p: ProductNumbers) {
  write.step(
    'product',
    [
      [
        p.images ?? 1,
        p.rows ?? 1,
        p.columns,
        p.channels,
        p.x,
        p.xImage ?? 0,
        p.xRow ?? 0,
        p.xColumn,
        write.weights.integers(p.runs),
        p.runs.length,
        p.runBytes,
        p.weights,
        p.weightsImage ?? 0,
        p.bias ?? 0,
        p.y,
        p.yImage ?? 0,
        p.yRow ?? 0,
        p.yColumn,
        p.addend?.at ?? 0,
        p.addend?.image ?? 0,
        p.addend?.row ?? 0,
        p.addend?.column ?? 0,
        { float: p.low ?? -Infinity },
        { float: p.high ?? Infinity },
        { float: p.step ?? 0 },
        0,
        0,
        0,
      ],
    ],
    p.work,
  )
}
