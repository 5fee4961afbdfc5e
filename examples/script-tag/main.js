const [file, listen, heard] = ['file', 'listen', 'heard'].map((id) => document.getElementById(id))
const show = ({ emotion, confidence }) => {
  heard.textContent = emotion ? `${emotion}, ${Math.round(100 * confidence)} %` : 'no speech'
}
const fail = (error) => {
  heard.textContent = `${error.message} (${error.code})`
}

// Its assets are found beside the script.
undertone.createRecognizer().then((recognizer) => {
  let live
  file.onchange = () => recognizer.recognize(file.files[0]).then(show, fail)
  listen.onclick = async () => {
    try {
      if (live) await live.stop()
      live = live ? undefined : await recognizer.listen({ onEmotion: show })
      listen.textContent = live ? 'Stop' : 'Listen'
    } catch (error) {
      fail(error)
    }
  }
  file.disabled = listen.disabled = false
  heard.textContent = 'Ready'
}, fail)
