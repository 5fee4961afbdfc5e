// A page as users' are: from its opening to its first answer.
import { createRecognizer } from '/index.js'

const clip = fetch('/clip.wav')
const recognizer = await createRecognizer()
const { emotion } = await recognizer.recognize(await (await clip).arrayBuffer())
globalThis.first = { emotion, ms: performance.now() }
