import { SingleBar } from 'cli-progress'
import type { EpochRecord } from './checkpoint.ts'
import type { FitOptions } from './fit.ts'

/** A bar with the time left on a terminal, a line an epoch elsewhere; both on stderr. */
export function fitProgress(
  name: string,
  epochs: number,
): Pick<FitOptions, 'onStep' | 'onEpoch'> & { stop: () => void } {
  const line = ({ epoch, loss, validationUar, seconds }: EpochRecord) =>
    `${name}  epoch ${epoch}/${epochs}  loss ${loss.toFixed(3)}${
      Number.isNaN(validationUar) ? '' : `  validation UAR ${validationUar.toFixed(3)}`
    }  ${seconds.toFixed(0)} s`
  if (!process.stderr.isTTY) {
    return { onEpoch: (record) => console.error(line(record)), stop: () => {} }
  }
  const bar = new SingleBar({
    format: `${name} {bar} {percentage}%  epoch {epoch}/${epochs}  loss {loss}  {last}  {eta_formatted} left`,
    stream: process.stderr,
    etaBuffer: 50,
    hideCursor: true,
  })
  let last = ''
  let started = false
  return {
    onStep: ({ epoch, step, steps, loss }) => {
      const done = (epoch - 1) * steps + step
      const values = { epoch, loss: loss.toFixed(3), last }
      if (!started) bar.start(epochs * steps, done - 1, values)
      started = true
      bar.update(done, values)
    },
    onEpoch: ({ validationUar }) => {
      if (!Number.isNaN(validationUar)) last = `validation UAR ${validationUar.toFixed(3)}`
    },
    stop: () => bar.stop(),
  }
}
