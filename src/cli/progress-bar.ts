import { SingleBar } from 'cli-progress'

/** A bar with the time left on a terminal; elsewhere nothing. */
export interface ProgressBar {
  /**
   * @param total of the same unit as `done`; absent where it is not known
   * @param shown what stands beside the bar
   */
  show(task: string, done: number, total: number | undefined, shown: string): void
  end(): void
}

/** Draws on stderr: stdout is the answers'. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  let bar: SingleBar | undefined
  let current = ''
  const end = () => {
    bar?.stop()
    bar = undefined
    current = ''
  }
  return {
    show(task, done, total, shown) {
      if (!stream.isTTY) return
      if (task !== current) {
        end()
        current = task
        bar = new SingleBar({
          stream,
          format: total
            ? '{task}  {bar} {percentage} %  {shown}  {eta_formatted} left'
            : '{task}  {shown}',
          barsize: 24,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          etaBuffer: 200,
          clearOnComplete: true,
        })
        bar.start(total ?? 0, done, { task, shown })
      }
      bar?.update(done, { task, shown })
    },
    end,
  }
}
