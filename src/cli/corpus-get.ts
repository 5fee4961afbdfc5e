import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { type GetProgress, getCorpus, type Publication, publicationOf } from '../corpora/index.ts'
import { describe, type Output } from './output.ts'
import { progressBar } from './progress-bar.ts'

export interface CorpusGetOptions {
  corpus: string
  out: string
  acceptLicence: boolean
  from: string | undefined
}

/**
 * Downloads a corpus, once its terms are accepted.
 * @returns the exit status: 0 it is there, 1 it is not, 2 no such corpus is known or the terms were
 *   not accepted, 130 stopped by the user
 */
export async function corpusGet(options: CorpusGetOptions, output: Output): Promise<number> {
  const { corpus: name, out, from } = options
  const bar = progressBar()
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  try {
    const publication = publicationOf(name)
    const downloadable = publication.source.kind !== 'by-hand' || from !== undefined
    for (const line of termsOf(publication, from)) output.note(line)
    const acceptLicence = options.acceptLicence || !downloadable || (await askWhether(output))
    if (!acceptLicence) return 2
    process.once('SIGINT', onInterrupt)
    const { corpus, compared } = await getCorpus(name, {
      out,
      acceptLicence,
      ...(from === undefined ? {} : { from }),
      signal: stop.signal,
      onProgress: show,
    })
    bar.end()
    const whole = (count: number) => count.toLocaleString('en')
    const clips = `${whole(corpus.found)} of ${whole(corpus.publishedAs)} clips`
    output.answer(`${corpus.title}: ${clips} are in ${out}`)
    if (compared === undefined) output.note('They were there before: nothing was downloaded.')
    else if (compared) output.note('All were compared with the checksums that are published.')
    else output.note('No checksum is published that they could be compared with.')
    // As it was called: from a checkout, there is no command on the PATH.
    const fromCheckout = process.env.npm_lifecycle_event === 'corpus'
    const command = fromCheckout ? 'npm run corpus --' : 'undertone corpus'
    output.note(`Look at it with: ${command} inspect ${out}`)
    return 0
  } catch (error) {
    bar.end()
    const { code, message } = describe(error)
    output.note(`undertone: ${message} (${code})`)
    if (code === 'aborted') return 130
    return code === 'corpus-unknown' ? 2 : 1
  } finally {
    process.off('SIGINT', onInterrupt)
  }

  function show({ step, unit, done, total }: GetProgress): void {
    const amount = (count: number) =>
      unit === 'bytes' ? `${(count / 1e6).toFixed(0)} MB` : `${count}`
    bar.show(
      step === 'downloading' ? 'Downloading' : 'Unpacking',
      done,
      total,
      total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`,
    )
  }
}

function termsOf(
  { title, publishedAs, terms, citation, page, bytes, source }: Publication,
  from: string | undefined,
): string[] {
  const size = source.kind === 'by-hand' || from ? '' : `, ${(bytes / 1e6).toFixed(0)} MB`
  return [
    `${title}: ${publishedAs.toLocaleString('en')} clips${size}, from ${from ?? page}`,
    `Licence: ${terms.name} (${terms.url}): ${terms.summary}.`,
    `Cite: ${citation}`,
  ]
}

/** Asks the user, when there is one. */
async function askWhether(output: Output): Promise<boolean> {
  if (!process.stdin.isTTY) {
    output.note('undertone: Accept the licence with --accept-licence. (licence-not-accepted)')
    return false
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = lines.question('Do you accept this licence? Type yes or no: ')
    // Ctrl-C and Ctrl-D are no answer, and end no line.
    const closed = once(lines, 'close').then(() => '\n')
    const answer = await Promise.race([question.catch(() => '\n'), closed])
    if (answer === '\n') process.stderr.write(answer)
    if (/^y(es)?$/i.test(answer.trim())) return true
    output.note('Nothing was downloaded.')
    return false
  } finally {
    lines.close()
  }
}
