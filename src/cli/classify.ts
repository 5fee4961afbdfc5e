import { createRecognizer, type EngineOptions, type Recognizer } from '../index.ts'
import { readAudioFile } from './audio-file.ts'
import { answerLines, nameColumn, printable } from './lines.ts'
import { describe, type Output } from './output.ts'

export interface ClassifyOptions extends Pick<EngineOptions, 'engine'> {
  files: string[]
  json: boolean
  model: string | undefined
}

/**
 * Answers file by file.
 * @returns the exit status: 0 all answered, 1 some failed, 2 no such model
 */
export async function classify(options: ClassifyOptions, output: Output): Promise<number> {
  const { files, json, model, engine } = options
  const fail = (file: string, error: unknown) => {
    const { code, message } = describe(error)
    if (json) output.answer(JSON.stringify({ file, error: { code, message } }))
    else output.note(`undertone: ${printable(file)}: ${message} (${code})`)
  }

  let recognizer: Recognizer
  try {
    recognizer = await createRecognizer({ model, engine })
  } catch (error) {
    const { code, message } = describe(error)
    output.note(`undertone: ${message} (${code})`)
    if (code === 'model-unknown') return 2
    if (json) for (const file of files) fail(file, error)
    return 1
  }

  const { name, licence } = recognizer.manifest
  if (!licence.commercialUse) {
    output.note(`Model ${name}: ${licence.name}, no commercial use. ${licence.note}`)
  }
  const names = files.map(printable)
  const nameWidth = nameColumn(names, output.screen)
  let failed = false
  for (const [index, file] of files.entries()) {
    try {
      const start = performance.now()
      const answer = await recognizer.recognize(await readAudioFile(file))
      const elapsed = performance.now() - start
      if (json)
        output.answer(JSON.stringify({ file, model: name, engine: recognizer.engine, ...answer }))
      else {
        const shown = names[index] as string
        const lines = answerLines(shown, nameWidth, answer, elapsed, output.screen)
        for (const line of lines) output.answer(line.trimEnd())
      }
    } catch (error) {
      failed = true
      fail(file, error)
    }
  }
  await recognizer.dispose()
  return failed ? 1 : 0
}
