/** An event whose listener fails is the listener's error, not the sender's: the platform tells. */
export function call<Event>(listener: ((event: Event) => void) | undefined, event: Event): void {
  try {
    listener?.(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
