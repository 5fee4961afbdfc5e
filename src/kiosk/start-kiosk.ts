import { decodeAudio } from '../audio/index.ts'
import { byId } from '../embed/element.ts'
import { percent, seconds } from '../embed/numbers.ts'
import { loadModule } from '../frontend/index.ts'
import {
  type AssetsOption,
  createRecognizer,
  type EmotionEvent,
  type Listening,
  type LoadProgress,
  type Recognition,
  type StateEvent,
  UndertoneError,
} from '../index.ts'
import { createAnnouncer } from './announcer.ts'
import { createAnswerView } from './answer-view.ts'
import { createPictures } from './pictures.ts'
import { visitorsWords } from './visitors-words.ts'

/** Seconds in the pictures of a live sound. */
const SOUND = 12
const EMOTIONS = 60
/** Milliseconds until a kiosk that listens by itself tries again. */
const PATIENCE = 10_000

export interface KioskOptions {
  assets?: AssetsOption
  model?: string | undefined
}

export interface Kiosk {
  /** Whether a page that is loaded anew would take nothing from anybody. */
  readonly idle: boolean
  /** Called when it becomes idle. */
  onIdle(listener: () => void): void
}

/**
 * Sets the page to work. With `#listen` in its address it listens at once, and again after any
 * failure.
 */
export function startKiosk(options: KioskOptions = {}): Kiosk {
  const listen = byId<HTMLButtonElement>('listen')
  const file = byId<HTMLInputElement>('file')
  const announce = createAnnouncer(byId('announcement'))
  const byItself = location.hash === '#listen'
  const idleListeners: (() => void)[] = []
  let idle = true
  let start: () => void = load

  function setIdle(now: boolean) {
    idle = now
    if (idle) for (const listener of idleListeners) listener()
  }

  async function load() {
    byId('progress').hidden = false
    say('Loading the model…')
    try {
      const { assets, model } = options
      const given = { ...(assets !== undefined && { assets }) }
      const [recognizer, module] = await Promise.all([
        createRecognizer({ ...given, ...(model && { model }), onProgress: showProgress }),
        loadModule(given),
      ])
      ready(recognizer, module)
    } catch (error) {
      fail('Undertone cannot start', error)
    } finally {
      byId('progress').hidden = true
    }
  }

  function showProgress({ loaded, total }: LoadProgress) {
    if (total === 0) return
    const progress = byId<HTMLProgressElement>('progress')
    progress.max = total
    progress.value = loaded
  }

  function ready(
    recognizer: Awaited<ReturnType<typeof createRecognizer>>,
    module: WebAssembly.Module,
  ) {
    const { manifest, labels } = recognizer
    const secondsAFrame = manifest.frontEnd.hopLength / manifest.frontEnd.sampleRate
    byId('model').textContent =
      `Model: ${manifest.name} ${manifest.version}, ${manifest.licence.name}`
    const answer = createAnswerView(labels)
    const pictures = createPictures(module)
    let live: Listening | undefined
    let opening = false
    let shown: string | null = null
    let clip = new AbortController()
    start = () => void toggle()

    function clear(sound: number, emotions: number) {
      clip.abort()
      clip = new AbortController()
      byId('error').hidden = true
      shown = null
      answer.clear()
      pictures.reset(sound, emotions, labels)
    }

    function hear({ start, end, emotion, scores }: EmotionEvent) {
      const from = Math.max(start, end - manifest.window.hop * secondsAFrame)
      pictures.feel({ from, to: end, scores })
      answer.show(emotion, scores)
      if (emotion === shown) return
      shown = emotion
      if (emotion === null) return
      answer.note(emotion, end)
      announce(`${emotion}, ${percent(scores[emotion] ?? 0)}`)
    }

    function tell({ state, error }: StateEvent) {
      const words = {
        listening: 'Listening.',
        interrupted: 'The device gives no sound now; touch the page, or end the call.',
        restarting: 'Starting again…',
        unplugged: 'The microphone is gone. Plug it in again.',
        stopped: 'Stopped.',
      }
      say(words[state])
      if (state !== 'stopped') return
      live = undefined
      listen.textContent = 'Listen'
      if (error) fail('Listening has ended', error)
      setIdle(true)
    }

    async function toggle() {
      if (opening) return
      if (live) return void live.stop().catch(() => {})
      // Not disabled meanwhile: it would lose the focus.
      opening = true
      setIdle(false)
      clear(SOUND, EMOTIONS)
      say('Waiting for the microphone…')
      try {
        live = await recognizer.listen({
          onEmotion: hear,
          onSamples: ({ samples, sampleRate }) => pictures.hear(samples, sampleRate),
          onState: tell,
        })
        listen.textContent = 'Stop'
      } catch (error) {
        fail('The microphone cannot be heard', error)
        setIdle(true)
      } finally {
        opening = false
      }
    }

    async function open(file: File) {
      await live?.stop().catch(() => {})
      clear(1, 1)
      const { signal } = clip
      setIdle(false)
      say(`Listening to ${file.name}…`)
      try {
        const bytes = await file.arrayBuffer()
        const result = await recognizer.recognize(bytes, { signal })
        const { channels, sampleRate } = await decodeAudio(bytes, { signal })
        if (signal.aborted) return
        pictures.reset(result.duration, result.duration, labels)
        pictures.hear(channels[0] as Float32Array, sampleRate)
        answer.show(result.emotion, result.scores)
        showTimeline(result)
        say(`${file.name}, ${seconds(result.duration)}`)
        announce(`${file.name}: ${result.emotion}, ${percent(result.confidence)}`)
      } catch (error) {
        if (!signal.aborted) fail(`${file.name} could not be recognized`, error)
      } finally {
        if (!signal.aborted) setIdle(true)
      }
    }

    /** Windows overlap: each counts around its middle; the last to the end. */
    function showTimeline({ timeline, duration }: Recognition) {
      let from = 0
      let before: string | undefined
      timeline.forEach(({ start, end, emotion, scores }, index) => {
        const next = timeline[index + 1]
        const to = next ? (start + end + next.start + next.end) / 4 : duration
        pictures.feel({ from, to, scores })
        if (emotion !== before) answer.note(emotion, from)
        before = emotion
        from = to
      })
    }

    listen.disabled = false
    listen.onclick = () => void toggle()
    file.disabled = false
    file.onchange = () => {
      const [chosen] = file.files ?? []
      // So that choosing the same file again is a change too.
      file.value = ''
      if (chosen) void open(chosen)
    }
    addEventListener('dragover', (event) => event.preventDefault())
    addEventListener('drop', (event) => {
      event.preventDefault()
      const [dropped] = event.dataTransfer?.files ?? []
      if (dropped) void open(dropped)
    })
    answer.clear()
    pictures.reset(SOUND, EMOTIONS, labels)
    say('Ready.')
    if (byItself) void toggle()
  }

  /** What the page is doing; on the page and to a screen reader. */
  function say(text: string) {
    byId('state').textContent = text
    announce(text)
  }

  function fail(title: string, error: unknown) {
    say('')
    byId('error-title').textContent = title
    const code = error instanceof UndertoneError ? error.code : undefined
    const message = error instanceof Error ? error.message : String(error)
    byId('error-message').textContent = (code && visitorsWords[code]) ?? message
    byId('error-code').textContent = code ?? 'unexpected'
    // Whole, for who runs the page.
    console.error(error)
    byId('error').hidden = false
    if (byItself) setTimeout(again, PATIENCE)
  }

  function again() {
    if (byId('error').hidden) return
    byId('error').hidden = true
    start()
  }

  byId('retry').onclick = again
  offerFullScreen()
  void load()
  return {
    get idle() {
      return idle
    },
    onIdle: (listener) => idleListeners.push(listener),
  }
}

function offerFullScreen() {
  const button = byId<HTMLButtonElement>('fullscreen')
  if (!document.fullscreenEnabled) return
  button.hidden = false
  button.onclick = () => {
    void (document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen().catch(() => {}))
  }
  document.addEventListener('fullscreenchange', () => {
    button.setAttribute('aria-pressed', String(document.fullscreenElement !== null))
  })
}
