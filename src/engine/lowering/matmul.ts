import type { MatmulOperation, Value } from '../program.ts'
import { sizeOf } from '../tensor.ts'
import type { PlanWriter } from './plan-writer.ts'
import { productStep } from './product-step.ts'
import { address, expanded, reshaped, sliced, type View } from './view.ts'

export function lowerMatmul(operation: MatmulOperation, given: View[], write: PlanWriter): View {
  const { finish, inputs, output } = operation
  const [aView, bView] = given as [View, View]
  const b = inputs[1] as Value
  const depth = inputs[0]?.shape.at(-1) as number
  const [rows = 0, channels = 0] = output.shape.slice(-2)
  const lead = output.shape.slice(0, -2)
  const images = sizeOf(lead)
  const y = write.allocate(output.shape)
  const shared = sizeOf(b.shape.slice(0, -2)) === 1
  // With the same matrix for all, everything before the depth is rows.
  const grid = shared ? [1, images * rows] : [images, rows]
  const a = asMatrices(expanded(aView, [...lead, rows, depth]), [...grid, depth], write)
  const addend = finish.addend
    ? asMatrices(given.at(-1) as View, [...grid, channels], write)
    : undefined
  let weights: number | { storage: View['storage']; bytes: number }
  let weightsImage = 0
  if (b.constant && shared && !b.ofShape) {
    weights = write.weights.panels('matmul', b.constant, channels, [
      { from: 0, row: channels, column: 1, depth },
    ])
  } else {
    const panels = write.allocate([shared ? 1 : images, Math.ceil(channels / 16), depth, 16])
    weightsImage = shared ? 0 : (panels.strides[0] as number) * 4
    const wide = expanded(bView, [...(shared ? lead.map(() => 1) : lead), depth, channels])
    const count = shared ? 1 : images
    for (let image = 0; image < count; ++image) {
      const one = imageOf(wide, image)
      const [row = 0, column = 0] = one.strides
      const to = { storage: panels.storage, bytes: image * weightsImage }
      write.step('pack', [address(one), row * 4, column * 4, depth, channels, to, depth * 64])
    }
    weights = address(panels)
  }
  const steps = (view: View) => view.strides.map((stride) => stride * 4) as [number, number, number]
  const [aImage, aRow] = steps(a)
  const flat = reshaped(y, [...grid, channels]) as View
  const [yImage, yRow] = steps(flat)
  productStep(write, {
    images: grid[0] as number,
    columns: grid[1] as number,
    channels,
    x: address(a),
    xImage: aImage,
    xColumn: aRow,
    runs: [0],
    runBytes: depth * 4,
    weights,
    weightsImage,
    bias: finish.bias ? write.weights.blocks(finish.bias) : 0,
    y: address(y),
    yImage,
    yColumn: yRow,
    addend: addend && {
      at: address(addend),
      image: steps(addend)[0],
      row: 0,
      column: steps(addend)[1],
    },
    low: finish.low,
    high: finish.high,
    step: finish.step,
    work: images * rows * channels * depth,
  })
  return y
}

/** In three axes, with the last one's numbers side by side. */
function asMatrices(view: View, shape: number[], write: PlanWriter): View {
  const fits = (seen: View | undefined): seen is View =>
    seen !== undefined && (seen.strides[2] === 1 || seen.shape[2] === 1)
  const seen = reshaped(view, shape)
  if (fits(seen)) return seen
  return reshaped(write.copied(view), shape) as View
}

/** The n-th of the matrices that the last two axes hold. */
function imageOf(view: View, image: number): View {
  const lead = view.shape.slice(0, -2)
  let rest = image
  const starts = view.shape.map(() => 0)
  for (let axis = lead.length - 1; axis >= 0; --axis) {
    const size = lead[axis] as number
    starts[axis] = rest % size
    rest = Math.floor(rest / size)
  }
  const shape = view.shape.map((size, axis) => (axis < lead.length ? 1 : size))
  const one = sliced(
    view,
    starts,
    view.shape.map(() => 1),
    shape,
  )
  return {
    ...one,
    shape: one.shape.slice(-2),
    strides: one.strides.slice(-2),
    margins: one.margins.slice(-2),
  }
}
