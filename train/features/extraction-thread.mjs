// Started by extraction-threads.ts. Plain JavaScript, since a new thread knows no TypeScript.
import { parentPort, workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
const { createExtraction } = await import('./extraction.ts')
const extract = await createExtraction(workerData)
parentPort.on('message', async (task) => {
  const result = await extract(task)
  parentPort.postMessage(
    result,
    result.features?.map(({ buffer }) => buffer),
  )
})
parentPort.postMessage('ready')
