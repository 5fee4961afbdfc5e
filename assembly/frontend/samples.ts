// The samples that frames are cut from: a plain buffer, moved to its front when it is full.

import { finite } from './finite'
import { reserve } from './memory'

let buffer: usize = 0
let capacity: i32 = 0
let filled: i32 = 0
let next: i32 = 0 // where the next frame starts; may lie beyond what is there
let origin: i32 = 0 // where the clip starts, negative once that is gone
let end: i32 = 0 // where its samples end
let frameLength: i32 = 0
let hop: i32 = 0
let atOnce: i32 = 0

/** @param most frames that are taken at once, and may keep waiting */
export function configureSamples(nFft: i32, hopLength: i32, chunk: i32, most: i32): void {
  frameLength = nFft
  hop = hopLength
  atOnce = most
  // twice what may be waiting, so that moving is seldom
  capacity = 2 * (nFft + most * hopLength) + chunk
  // frames are read in fours
  buffer = reserve((capacity + 4) * 4)
}

/** Empties the buffer but for `silence` zeros. */
export function clearSamples(silence: i32): void {
  memory.fill(buffer, 0, silence * 4)
  filled = silence
  next = 0
  origin = silence
  end = silence
}

function compact(): void {
  const used = min(next, filled)
  memory.copy(buffer, buffer + used * 4, (filled - used) * 4)
  filled -= used
  next -= used
  origin = max(origin - used, -1) // that far it is out of every frame's sight
  end -= used
}

/** Makes room and says where the next `count` samples go. */
export function writeAt(count: i32): usize {
  if (filled + count > capacity) compact()
  return buffer + filled * 4
}

/**
 * Takes in the `count` samples written last. What is not finite becomes zero where `zero` is
 * set, else nothing is taken.
 * @returns whether they were taken
 */
export function take(count: i32, zero: bool): bool {
  if (!finite(buffer + filled * 4, count, zero)) return false
  filled += count
  end = filled
  return true
}

/** Adds zeros beyond the end of the clip. */
export function addSilence(count: i32): void {
  memory.fill(writeAt(count), 0, count * 4)
  filled += count
}

/** How many frames are complete, at most those that are taken at once. */
export function framesReady(): i32 {
  const beyond = filled - frameLength - next
  return beyond < 0 ? 0 : min(atOnce, beyond / hop + 1)
}

/** Where the first of the ready frames starts. */
export function frameStart(): usize {
  return buffer + next * 4
}

/** Where the clip starts and ends, in samples from the start of the first of the ready frames. */
export function clipStart(): i32 {
  return origin - next
}

export function clipEnd(): i32 {
  return end - next
}

export function dropFrames(count: i32): void {
  next += count * hop
}

// A stream that another one displaces is saved by the host and put back later.

export function pendingAt(): usize {
  compact()
  return buffer
}

export function pendingCount(): i32 {
  return filled
}

export function pendingNext(): i32 {
  return next
}

export function pendingOrigin(): i32 {
  return origin
}

/** After `count` samples were put at pendingAt() of a cleared buffer. */
export function restorePending(count: i32, start: i32, clip: i32): void {
  filled = count
  end = count
  next = start
  origin = clip
}
