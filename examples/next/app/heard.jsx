'use client'

import { useEffect, useState } from 'react'
import { createRecognizer } from 'undertone'
import { useUndertone } from 'undertone/react'

const inWords = ({ emotion, confidence }) =>
  emotion ? `${emotion}, ${Math.round(100 * confidence)} %` : 'no speech'

const problem = ({ message, code }) => `${message} (${code})`

export function Heard() {
  const [recognizer, setRecognizer] = useState()
  const [told, tell] = useState('Loading the model…')
  const { state, error, start, stop } = useUndertone({
    recognizer,
    onEmotion: (heard) => tell(inWords(heard)),
  })

  useEffect(() => {
    const unmounted = new AbortController()
    const { signal } = unmounted
    const loading = createRecognizer({ assets: '/undertone/', signal })
    loading.then(
      (loaded) => {
        if (signal.aborted) return
        setRecognizer(loaded)
        tell('Ready')
      },
      (error) => signal.aborted || tell(problem(error)),
    )
    return () => {
      unmounted.abort()
      loading.then((loaded) => loaded.dispose()).catch(() => {})
    }
  }, [])

  const recognize = ({ target }) =>
    recognizer.recognize(target.files[0]).then(
      (clip) => tell(inWords(clip)),
      (error) => tell(problem(error)),
    )
  const off = state === 'idle' || state === 'failed'
  return (
    <main>
      <p>
        <label>
          A recording:{' '}
          <input
            id="file"
            type="file"
            accept="audio/*"
            disabled={!recognizer}
            onChange={recognize}
          />
        </label>
      </p>
      <p>
        <button id="listen" type="button" disabled={!recognizer} onClick={off ? start : stop}>
          {off ? 'Listen' : 'Stop'}
        </button>
      </p>
      <p>
        <output id="heard">{error ? problem(error) : told}</output>
      </p>
    </main>
  )
}
