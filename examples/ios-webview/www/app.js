import { createRecognizer } from './bundle/undertone/index.js'

const [emotion, state, listen] = ['emotion', 'state', 'listen'].map((id) =>
  document.getElementById(id),
)
const say = (text) => {
  state.textContent = text
}

let recognizer
let stream

/** What the app calls. */
globalThis.capture = {
  /** @param sampleRate of the samples that will come, Hz */
  begin(sampleRate) {
    stream = recognizer.stream({
      sampleRate: Math.round(sampleRate),
      // Speech goes on whether or not this device keeps up.
      overload: 'skip',
      onEmotion: (heard) => {
        emotion.textContent = heard.emotion ?? 'no speech'
      },
    })
    listen.textContent = 'Stop'
    say('Listening.')
  },
  /** @param samples 32-bit floats, little-endian, mono, as base64 */
  push(samples) {
    const bytes = Uint8Array.from(atob(samples), (character) => character.charCodeAt(0))
    return stream.push(new Float32Array(bytes.buffer)).catch((error) => say(error.message))
  },
  async end() {
    await stream?.end()
    stream = undefined
    listen.textContent = 'Listen'
    say('Stopped.')
  },
  fail: say,
}

listen.onclick = () => webkit.messageHandlers.capture.postMessage(stream ? 'stop' : 'start')

try {
  recognizer = await createRecognizer({ assets: 'bundle/undertone/' })
  listen.disabled = false
  say('Ready.')
} catch (error) {
  say(`${error.message} (${error.code})`)
}
