// What `npm run bench:device` runs in a browser.
import { createRecognizer } from '/index.js'

const read = async (path) => (await fetch(path)).arrayBuffer()
const speech = async (rate) => new Float32Array(await read(`/${rate}.f32`))

/**
 * Milliseconds of one window of 3 s, front end and model: means over some calls, since browsers' clocks
 * are coarse; the engines by turns.
 */
async function windows(batches, calls) {
  const window = (await speech(16000)).subarray(0, 48000)
  const recognizers = {}
  for (const engine of ['lite', 'ort']) {
    recognizers[engine] = await createRecognizer({ engine, worker: false })
  }
  const times = { lite: [], ort: [] }
  for (let batch = -3; batch < batches; batch++) {
    for (const [engine, recognizer] of Object.entries(recognizers)) {
      const start = performance.now()
      for (let call = 0; call < calls; call++) {
        await recognizer.recognize(window, { sampleRate: 16000 })
      }
      if (batch >= 0) times[engine].push((performance.now() - start) / calls)
    }
  }
  for (const recognizer of Object.values(recognizers)) await recognizer.dispose()
  return times
}

/** Recognizes a window of 3 s again and again, for whoever looks at the process meanwhile. */
async function repeat(calls) {
  globalThis.kept ??= await createRecognizer({ worker: false })
  const window = (await speech(16000)).subarray(0, 48000)
  for (let call = 0; call < calls; call++) {
    await globalThis.kept.recognize(window, { sampleRate: 16000 })
  }
}

/** Share of one core that a stream at 48 kHz takes, pushed as a worklet does, on this thread. */
async function load(seconds) {
  const samples = await speech(48000)
  const recognizer = await createRecognizer({ worker: false })
  const stream = recognizer.stream({ sampleRate: 48000, onEmotion() {}, onLevel() {} })
  const push = async (seconds) => {
    for (let at = 0; at < seconds * 48000; at += 2048) {
      const from = at % (samples.length - 2048)
      await stream.push(samples.subarray(from, from + 2048))
    }
  }
  await push(10)
  const start = performance.now()
  await push(seconds)
  const share = (performance.now() - start) / (1000 * seconds)
  await recognizer.dispose()
  return share
}

/**
 * Milliseconds from the moment when a window's last sample is in the audio graph to the frame that shows
 * its label, for each window.
 */
async function latencies(seconds) {
  const context = new AudioContext({ sampleRate: 48000 })
  await context.resume()
  const recognizer = await createRecognizer()
  const samples = await speech(48000)
  const buffer = context.createBuffer(1, samples.length, 48000)
  buffer.copyToChannel(samples, 0)
  const source = new AudioBufferSourceNode(context, { buffer, loop: true })
  const label = document.body.appendChild(document.createElement('output'))
  const found = []
  let before = 0
  let begun
  const live = await recognizer.listen({
    source,
    onSamples: ({ samples }) => {
      // Where the speech begins in the stream tells how its times and the graph's go together.
      const first = begun === undefined ? samples.findIndex((sample) => sample !== 0) : -1
      if (first >= 0) begun = (before + first) / 48000
      before += samples.length
    },
    onEmotion: ({ end, emotion }) => {
      label.textContent = emotion
      requestAnimationFrame(() => {
        if (begun !== undefined) found.push(1000 * (context.currentTime - start - (end - begun)))
      })
    },
  })
  const start = context.currentTime + 0.5
  source.start(start, samples.findIndex((sample) => sample !== 0) / 48000)
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
  await live.stop()
  await recognizer.dispose()
  await context.close()
  return found
}

/** A recognizer that stays, for what is measured from outside. */
async function hold(options) {
  const recognizer = await createRecognizer(options)
  await recognizer.recognize((await speech(16000)).subarray(0, 48000), { sampleRate: 16000 })
  globalThis.kept = recognizer
}

async function listen() {
  const recognizer = await createRecognizer()
  globalThis.kept = await recognizer.listen({ onEmotion() {}, onLevel() {} })
}

/** The microphone in an audio graph that does nothing with it: what listening costs without Undertone. */
async function graphAlone() {
  const media = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  })
  const context = new AudioContext()
  const silence = new GainNode(context, { gain: 0 })
  context.createMediaStreamSource(media).connect(silence).connect(context.destination)
  globalThis.kept = { media, context }
}

/** Bytes of each WebAssembly memory that is there. */
const wasmBytes = () =>
  [...globalThis.memories].flatMap((ref) => ref.deref()?.buffer.byteLength ?? [])

/** Opens a stream that is fed with speech for hours: `feed()` gives what came of it up to now. */
async function soak() {
  const samples = await speech(48000)
  const recognizer = await createRecognizer({ worker: false })
  const heard = { windows: 0, dropped: 0, end: 0 }
  const stream = recognizer.stream({
    sampleRate: 48000,
    onEmotion: ({ end }) => {
      // Each window ends half a second after the one before, the first at 3 s.
      heard.dropped += Math.round((end - (heard.end || 2.5)) / 0.5) - 1
      heard.windows += 1
      heard.end = end
    },
    onLevel() {},
  })
  globalThis.feed = async (seconds) => {
    for (let left = seconds * 48000; left > 0; left -= samples.length) {
      await stream.push(samples.subarray(0, Math.min(left, samples.length)))
    }
    return heard
  }
}

globalThis.probe = { windows, repeat, load, latencies, hold, listen, graphAlone, wasmBytes, soak }
