import { byId, make } from '../embed/element.ts'
import { percent } from '../embed/numbers.ts'
import { createRecognizer, type Recognizer, UndertoneError } from '../index.ts'
import { hideResult, showResult } from './result-view.ts'
import { SAMPLES } from './samples.ts'

/** The recognizer, once and for all clips; started again after a failure. */
let recognizer: Promise<Recognizer> | undefined
/** Of the clip being worked on: a newer one takes its place. */
let current = new AbortController()

function start(): Promise<Recognizer> {
  recognizer ??= createRecognizer().catch((error) => {
    recognizer = undefined
    throw error
  })
  return recognizer
}

async function prepare(): Promise<void> {
  say('Loading the model…', 'busy')
  try {
    const { manifest } = await start()
    const { name, version, licence } = manifest
    byId('model').textContent = `Model: ${name} ${version}, ${licence.name}`
    say('Ready.')
  } catch (error) {
    fail('Undertone cannot start', error, prepare)
  }
}

/** Recognizes one clip and shows what came out: a result or an error. */
async function listen(name: string, open: () => Blob | Promise<Blob>): Promise<void> {
  current.abort()
  current = new AbortController()
  const { signal } = current
  byId('error').hidden = true
  hideResult()
  say(`Listening to ${name}…`, 'busy')
  try {
    const clip = await open()
    const result = await (await start()).recognize(clip, { signal })
    if (signal.aborted) return
    showResult(name, result)
    say(`${name}: ${result.emotion}, ${percent(result.confidence)}`, 'hidden')
  } catch (error) {
    if (!signal.aborted) fail(`${name} could not be recognized`, error)
  }
}

function fail(title: string, error: unknown, retry?: () => void): void {
  say('', 'hidden')
  byId('error-title').textContent = title
  byId('error-message').textContent = error instanceof Error ? error.message : String(error)
  byId('error-code').textContent = error instanceof UndertoneError ? error.code : 'unexpected'
  const button = byId('retry')
  button.hidden = !retry
  button.onclick = () => {
    byId('error').hidden = true
    retry?.()
  }
  byId('error').hidden = false
}

/** Tells how things are; what the page shows anyway is told to screen readers alone. */
function say(text: string, how: 'busy' | 'shown' | 'hidden' = 'shown'): void {
  byId('status').textContent = text
  byId('status').className = `status ${how}`
}

function offerSamples(): void {
  byId('samples').append(
    ...SAMPLES.map(({ file, title }) => {
      const button = make('button', '', title)
      button.type = 'button'
      button.dataset.file = file
      button.addEventListener('click', () => listen(title, () => fetchSample(file)))
      return make('li', '', button)
    }),
  )
}

async function fetchSample(file: string): Promise<Blob> {
  const url = new URL(`samples/${file}`, document.baseURI)
  const response = await fetch(url).catch(() => undefined)
  if (response?.ok) return response.blob()
  throw new UndertoneError('asset-missing', `The sample ${url} is not there. Build dist/ again.`)
}

function takeFiles(): void {
  const input = byId<HTMLInputElement>('file')
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    // So that choosing the same file again is a change too.
    input.value = ''
    if (file) listen(file.name, () => file)
  })

  // Anywhere on the page: a clip dropped beside the field must not replace the page.
  const drop = byId('drop')
  let depth = 0
  const over = (change: number) => {
    depth = Math.max(0, depth + change)
    drop.classList.toggle('over', depth > 0)
  }
  addEventListener('dragenter', () => over(1))
  addEventListener('dragleave', () => over(-1))
  addEventListener('dragover', (event) => event.preventDefault())
  addEventListener('drop', (event) => {
    event.preventDefault()
    over(-depth)
    const file = event.dataTransfer?.files[0]
    const folder = event.dataTransfer?.items[0]?.webkitGetAsEntry()?.isDirectory
    if (!file) return
    listen(file.name, () => {
      if (!folder) return file
      throw new UndertoneError('not-a-file', 'This is a folder. Drop one of the recordings in it.')
    })
  })
}

offerSamples()
takeFiles()
prepare()
