import { UndertoneError } from '../../error.ts'
import type { Corpus } from '../clip.ts'
import { layouts } from '../layouts.ts'
import { listCremaD } from './crema-d-files.ts'
import type { DownloadOptions, RemoteFile } from './remote-file.ts'
import { listTess } from './tess-files.ts'

/** Where a corpus is published, and on which terms. */
export interface Publication extends Pick<Corpus, 'name' | 'title' | 'publishedAs'> {
  citation: string
  page: string
  /** Its name, where its text is, and in a sentence what it asks. */
  terms: { name: string; url: string; summary: string }
  /** About how many bytes come. */
  bytes: number
  source:
    | { kind: 'archive'; file: RemoteFile }
    | { kind: 'files'; list: (options: DownloadOptions) => Promise<RemoteFile[]> }
    | { kind: 'by-hand'; how: string }
}

const nonCommercial = 'not for commercial use, with attribution'
const ravdessTerms = {
  name: 'CC BY-NC-SA 4.0',
  url: 'https://creativecommons.org/licenses/by-nc-sa/4.0/',
  summary: `${nonCommercial}, what is made of it under the same terms`,
}
const ravdessFile = (path: string, md5: string): Publication['source'] => ({
  kind: 'archive',
  file: {
    path,
    urls: [`https://zenodo.org/records/1188976/files/${path}?download=1`],
    digest: { algorithm: 'md5', hex: md5 },
  },
})

const sources: Record<string, Pick<Publication, 'terms' | 'bytes' | 'source'>> = {
  ravdess: {
    terms: ravdessTerms,
    bytes: 208_468_073,
    source: ravdessFile('Audio_Speech_Actors_01-24.zip', 'bc696df654c87fed845eb13823edef8a'),
  },
  'ravdess-song': {
    terms: ravdessTerms,
    bytes: 225_505_317,
    source: ravdessFile('Audio_Song_Actors_01-24.zip', '5411230427d67a21e18aa4d466e6d1b9'),
  },
  'crema-d': {
    terms: {
      name: 'ODbL 1.0, its contents DbCL 1.0',
      url: 'https://opendatacommons.org/licenses/odbl/1-0/',
      summary:
        'any use, with attribution; a database made of it under the same terms. Its authors ask to be told: see the form on the page',
    },
    bytes: 606_000_000,
    source: { kind: 'files', list: listCremaD },
  },
  tess: {
    terms: {
      name: 'CC BY-NC-ND 4.0',
      url: 'https://creativecommons.org/licenses/by-nc-nd/4.0/',
      summary: `${nonCommercial}, and not to be passed on changed`,
    },
    bytes: 280_000_000,
    source: { kind: 'files', list: listTess },
  },
  savee: {
    terms: {
      name: 'its own terms',
      url: 'http://kahlan.eps.surrey.ac.uk/savee/',
      summary: 'for research alone, after registration',
    },
    bytes: 120_000_000,
    source: {
      kind: 'by-hand',
      how: 'Register at http://kahlan.eps.surrey.ac.uk/savee/Register.html, download and unpack it, and look at it with: undertone corpus inspect FOLDER',
    },
  },
  'emo-db': {
    terms: {
      name: 'CC BY 4.0',
      url: 'https://creativecommons.org/licenses/by/4.0/',
      summary: 'any use, with attribution',
    },
    bytes: 39_981_818,
    source: {
      kind: 'archive',
      file: {
        path: 'emodb.zip',
        urls: ['https://zenodo.org/records/7447302/files/emodb.zip?download=1'],
        digest: { algorithm: 'md5', hex: '9d21362dbc5676ef3ab4745d83ced0db' },
      },
    },
  },
}

/** Corpora that are published; not all can be downloaded without registering. */
export const publishedCorpora = Object.keys(sources)

/**
 * Tells where a corpus is published, and on which terms.
 * @throws {UndertoneError} `corpus-unknown`
 */
export function publicationOf(name: string): Publication {
  const source = sources[name]
  const layout = layouts.find((known) => known.name === name)
  if (!source || !layout?.publishedAs) {
    throw new UndertoneError(
      'corpus-unknown',
      `There is no published corpus "${name}". There are: ${publishedCorpora.join(', ')}.`,
    )
  }
  const { title, publishedAs, citation = '', page = '' } = layout
  return { name, title, publishedAs, citation, page, ...source }
}
