// The host lays out all memory: weights, constants, and what a run needs. Kernels keep nothing.

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base
}

/** Room for one block of outputs, where a tail is stored whole before its part is copied. */
export const spare: usize = memory.data(64, 16)

/**
 * Zeros around the numbers of some images: `top` and `bottom` bytes of each, and `left` and `right`
 * of each of the rows between.
 */
export function clear(
  at: usize,
  images: i32,
  image: i32,
  rows: i32,
  row: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
): void {
  for (let n = 0; n < images; ++n) {
    memory.fill(at, 0, top)
    let line = at + top
    for (let k = 0; k < rows; ++k) {
      if (left) memory.fill(line, 0, left)
      line += row
      if (right) memory.fill(line - right, 0, right)
    }
    memory.fill(line, 0, bottom)
    at += image
  }
}
