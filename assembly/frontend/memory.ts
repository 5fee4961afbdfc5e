// Everything is reserved while configuring; nothing is freed, nothing is reserved later.
let top: usize = __heap_base

/** Reserves zeroed memory, 16-byte aligned. A failed growth traps. */
export function reserve(bytes: usize): usize {
  const start = (top + 15) & ~15
  top = start + bytes
  const missing = <i32>((top + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
  memory.fill(start, 0, bytes)
  return start
}
