import { Worker } from 'node:worker_threads'
import { TrainingError } from '../training-error.ts'
import {
  createExtraction,
  type ExtractionResult,
  type ExtractionSetup,
  type ExtractionTask,
} from './extraction.ts'

/**
 * Takes all tasks from a queue, by as many threads at once; by this one alone for 1.
 * @param onResult called in whatever order they end
 * @throws {Error} the first that is no clip's fault; the other threads are stopped
 */
export async function extractOnThreads(
  setup: ExtractionSetup,
  jobs: number,
  tasks: Iterable<ExtractionTask>,
  onResult: (task: ExtractionTask, result: ExtractionResult) => void,
): Promise<void> {
  // Made as they are taken: a task can depend on the results before it.
  const queue = tasks[Symbol.iterator]()
  const next = () => {
    const { done, value } = queue.next()
    return done ? undefined : value
  }
  if (jobs === 1) {
    const extract = await createExtraction(setup)
    for (let task = next(); task; task = next()) onResult(task, await extract(task))
    return
  }
  const workers = Array.from(
    { length: jobs },
    () =>
      new Worker(new URL('./extraction-thread.mjs', import.meta.url), {
        workerData: setup,
        // What this process was started with, a test runner's loaders say, is not for it.
        execArgv: [],
      }),
  )
  try {
    await Promise.all(workers.map((worker) => untilDone(worker, next, onResult)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function untilDone(
  worker: Worker,
  next: () => ExtractionTask | undefined,
  onResult: (task: ExtractionTask, result: ExtractionResult) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let task: ExtractionTask | undefined
    worker.on('message', (message: ExtractionResult | 'ready') => {
      try {
        if (task && message !== 'ready') onResult(task, message)
        task = next()
        if (task) worker.postMessage(task)
        else resolve()
      } catch (error) {
        reject(error)
      }
    })
    const where = () => (task ? `Features of ${task.path}` : 'Features')
    worker.on('error', (error: Error) =>
      reject(
        error.name === 'TrainingError'
          ? new TrainingError(error.message)
          : new Error(`${where()} could not be computed: ${error.message}`, { cause: error }),
      ),
    )
    worker.on('exit', (code) =>
      reject(new Error(`${where()} could not be computed: the thread ended with code ${code}.`)),
    )
  })
}
