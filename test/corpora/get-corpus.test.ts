import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { listCremaD } from '../../src/corpora/download/crema-d-files.ts'
import {
  type GetOptions,
  type GetProgress,
  getCorpus,
  getPublished,
} from '../../src/corpora/download/get-corpus.ts'
import { type Publication, publicationOf } from '../../src/corpora/download/publication.ts'
import { listTess } from '../../src/corpora/download/tess-files.ts'
import { writeWav } from '../audio/wav-writer.ts'
import { digestOf, serveFiles, zipOf } from './file-server.ts'

const wav = writeWav([Int16Array.from({ length: 8000 }, (_, i) => 1000 * Math.sin(i / 10))])
const zip = await zipOf({
  'emodb/wav/03a01Fa.wav': wav,
  'emodb/wav/16b10Lb.wav': wav,
  'emodb/readme.txt': Buffer.from('about it'),
  '__MACOSX/emodb/wav/._03a01Fa.wav': Buffer.from('none'),
})

let folder: string
let out: string
let server: Awaited<ReturnType<typeof serveFiles>>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'undertone-get-'))
  out = join(folder, 'emo-db')
  server = await serveFiles({ '/emodb.zip': { content: zip, etag: '"1"' } })
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

const published = (digest?: 'md5' | 'none', content: Uint8Array = zip): Publication => ({
  ...publicationOf('emo-db'),
  source: {
    kind: 'archive',
    file: {
      path: 'emodb.zip',
      urls: [`${server.url}/emodb.zip`],
      ...(digest === 'none' ? {} : { digest: digestOf('md5', content) }),
    },
  },
})
const call = (publication: Publication, options: Partial<GetOptions> = {}) =>
  getPublished(publication, { out, acceptLicence: true, patience: 1, ...options })
const get = async (publication = published(), options: Partial<GetOptions> = {}) =>
  (await call(publication, options)).corpus
const served = () => server.files['/emodb.zip']!
const nothingLeft = () => expect(existsSync(out)).toBe(false)

describe('a corpus in a zip file', () => {
  it('is downloaded, compared with its checksum, unpacked and loaded', async () => {
    const seen: GetProgress[] = []
    const corpus = await get(published(), { onProgress: (progress) => seen.push(progress) })
    expect(corpus).toMatchObject({ name: 'emo-db', found: 2, publishedAs: 535 })
    expect(await readFile(join(out, 'emodb/wav/03a01Fa.wav'))).toEqual(Buffer.from(wav))
    expect(await readdir(folder)).toEqual(['emo-db'])
    expect(await readdir(out)).toEqual(['emodb'])
    const last = (step: string) => seen.filter((progress) => progress.step === step).at(-1)
    expect(last('downloading')).toMatchObject({ done: zip.length, total: zip.length })
    const unpacked = 2 * wav.length + 'about it'.length
    expect(last('unpacking')).toMatchObject({ done: unpacked, total: unpacked })
  })

  it('goes on by itself when the connection breaks, from where it was', async () => {
    served().breakAfter = 5000
    const corpus = await get()
    expect(corpus.found).toBe(2)
    const [first, second] = server.requests
    expect(first).toEqual({ path: '/emodb.zip' })
    expect(second?.range).toMatch(/^bytes=\d+-$/)
    expect(server.requests.length).toBeGreaterThan(zip.length / 5000)
  })

  it('goes on in a later call where an earlier one ended', async () => {
    served().breakAfter = 9000
    const stop = new AbortController()
    const first = get(published(), { signal: stop.signal, onProgress: () => stop.abort() })
    await expect(first).rejects.toMatchObject({ code: 'aborted' })
    nothingLeft()
    const [have] = (await readdir(`${out}.partial`)).filter((name) => name.endsWith('.partial'))
    const { length } = await readFile(join(`${out}.partial`, have!))
    expect(length).toBeGreaterThan(0)
    served().breakAfter = Infinity
    server.requests.length = 0
    expect((await get()).found).toBe(2)
    expect(server.requests).toEqual([{ path: '/emodb.zip', range: `bytes=${length}-` }])
    expect(await readdir(folder)).toEqual(['emo-db'])
  })

  it('gives up in a sentence when a server stays away, and keeps what came', async () => {
    served().breakAfter = 9000
    const stop = new AbortController()
    await get(published(), { signal: stop.signal, onProgress: () => stop.abort() }).catch(() => {})
    Object.assign(served(), { status: 503, breakAfter: Infinity })
    server.requests.length = 0
    await expect(get()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(
        /the server answered HTTP 503.*give the same command again: it goes on with what has come\. It is published at https/,
      ),
    })
    expect(server.requests).toHaveLength(4)
    delete served().status
    await get()
    expect(server.requests.at(-1)?.range).toBeDefined()
  })

  it('waits as long as a busy server asks for', async () => {
    Object.assign(served(), { status: 429, headers: { 'retry-after': '1' } })
    const started = Date.now()
    const getting = get()
    setTimeout(() => delete served().status, 500)
    await getting
    expect(Date.now() - started).toBeGreaterThan(900)
    expect(server.requests).toHaveLength(2)
  })

  it('starts again where the server sends no parts', async () => {
    Object.assign(served(), { ranges: false, breakAfter: 9000 })
    const getting = get(published(), {
      onProgress: () => {
        served().breakAfter = Infinity
      },
    })
    expect((await getting).found).toBe(2)
    expect(server.requests.map(({ range }) => range !== undefined)).toEqual([false, true])
  })

  it.each(['md5', 'none'] as const)(
    'starts again when the file has changed meanwhile (%s)',
    async (digest) => {
      const other = Buffer.from(zip).fill(7)
      Object.assign(served(), { content: other, breakAfter: 9000, etag: '"0"' })
      const stop = new AbortController()
      const first = get(published(digest), { signal: stop.signal, onProgress: () => stop.abort() })
      await expect(first).rejects.toThrow()
      server.files['/emodb.zip'] = { content: zip, etag: '"1"' }
      expect((await get(published(digest))).found).toBe(2)
    },
  )

  it('never joins parts that may not belong together', async () => {
    // Neither a version nor a checksum is known: all has to come again.
    Object.assign(served(), { etag: undefined, breakAfter: 9000 })
    const getting = get(published('none'), {
      onProgress: () => {
        served().breakAfter = Infinity
      },
    })
    expect((await getting).found).toBe(2)
    expect(server.requests).toEqual([{ path: '/emodb.zip' }, { path: '/emodb.zip' }])
  })

  it('is refused with another checksum, and nothing of it stays', async () => {
    const wrong = published('md5', Buffer.from('other'))
    await expect(get(wrong)).rejects.toMatchObject({
      code: 'download-corrupt',
      message: expect.stringMatching(/is not what was published: its MD5 is \w{32}, not \w{32}\./),
    })
    expect(await readdir(folder)).toEqual([])
    expect((await get()).found).toBe(2)
  })

  it.each([
    ['no zip file', Buffer.from('<html>Log in</html>')],
    ['cut off', zip.subarray(0, zip.length - 100)],
    ['damaged inside', damaged(zip)],
    ['leading out of its folder', replaced(zip, 'emodb/wav/03a01Fa', '../../wav/03a01Fa')],
  ])('is refused when it is %s, and nothing of it stays', async (_, content) => {
    served().content = content
    await expect(get(published('none'))).rejects.toMatchObject({ code: 'download-corrupt' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused when there is no clip of the corpus in it', async () => {
    served().content = await zipOf({ 'OAF_back_angry.wav': wav })
    await expect(get(published('none'))).rejects.toThrow(/No clip of EMO-DB .*looks like TESS/)
    expect(await readdir(folder)).toEqual([])
  })

  it.each([404, 410, 403])('is not to be had with HTTP %i', async (status) => {
    served().status = status
    await expect(get()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(
        new RegExp(`HTTP ${status}.*It is published at https://zenodo\\.org/records/7447302`),
      ),
    })
    expect(server.requests).toHaveLength(1)
  })

  it('says so when nobody answers', async () => {
    await server.close()
    await expect(get()).rejects.toThrow(/cannot be downloaded: .*ECONNREFUSED/)
    server = await serveFiles()
  })

  // Linux's device that is always full.
  test.skipIf(!existsSync('/dev/full'))('is told when the disk is full', async () => {
    await mkdir(`${out}.partial`)
    await symlink('/dev/full', `${out}.partial/emodb.zip.partial`)
    await expect(get()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/^The disk is full: .* Make room and give the same command/),
    })
    nothingLeft()
  })

  it('is refused before it comes when the disk has no room for it', async () => {
    served().promised = 2 ** 50
    await expect(get()).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/needs 1,125,899,907 MB, and its disk has [\d,]+ MB left/),
    })
    nothingLeft()
  })
})

describe('the folder', () => {
  it('is left alone when it holds something else', async () => {
    await mkdir(out)
    await writeFile(join(out, 'mine.txt'), '')
    await expect(get()).rejects.toThrow(/holds other files already\. Name another folder/)
    await writeFile(join(out, '03a01Fa.wav'), '')
    await expect(get()).rejects.toThrow(/holds 1 of the 535 clips of EMO-DB already/)
    expect(server.requests).toEqual([])
  })

  it('is taken for the corpus when it holds all of it', async () => {
    await get()
    const again = await call({ ...published(), publishedAs: 2 })
    expect(again.corpus.found).toBe(2)
    expect(again).not.toHaveProperty('compared')
    expect(server.requests).toHaveLength(1)
  })

  it('has to be one that can be made', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(get(published(), { out: join(folder, 'file', 'x') })).rejects.toThrow(
      /cannot be (made|written to)|no folder/,
    )
  })

  it('may be there, when it is empty', async () => {
    await mkdir(out)
    expect((await get()).found).toBe(2)
  })
})

describe('the terms', () => {
  it('have to be accepted before anything is asked for', async () => {
    await expect(get(published(), { acceptLicence: false })).rejects.toMatchObject({
      code: 'licence-not-accepted',
      message: expect.stringMatching(/^EMO-DB is under CC BY 4\.0 \(https.*attribution\. Accept/),
    })
    expect(server.requests).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('of SAVEE ask for a registration: a person is told where', async () => {
    const getting = getCorpus('savee', { out, acceptLicence: true })
    await expect(getting).rejects.toThrow(/Register at http:\/\/kahlan\.eps\.surrey\.ac\.uk/)
  })

  it('are those of published corpora alone', async () => {
    for (const name of ['csv', 'synthetic', 'iemocap']) {
      const getting = async () => getCorpus(name, { out, acceptLicence: true })
      await expect(getting()).rejects.toMatchObject({ code: 'corpus-unknown' })
    }
  })
})

describe('--from', () => {
  it('takes the zip file of a mirror, which has to be the published one', async () => {
    server.files['/mirror/any.zip'] = { content: zip }
    const from = `${server.url}/mirror/any.zip`
    const { corpus, compared } = await call(published(), { from })
    expect({ found: corpus.found, compared }).toEqual({ found: 2, compared: true })
    await rm(out, { recursive: true })
    server.files['/mirror/any.zip'] = { content: await zipOf({ '03a01Fa.wav': wav }) }
    await expect(get(published(), { from })).rejects.toMatchObject({ code: 'download-corrupt' })
  })

  it('takes what a registration gives', async () => {
    server.files['/savee.zip'] = { content: await zipOf({ 'AudioData/DC/a01.wav': wav }) }
    const from = `${server.url}/savee.zip`
    const { corpus, compared } = await getCorpus('savee', { out, acceptLicence: true, from })
    expect(compared).toBe(false)
    expect(corpus.clips).toMatchObject([{ id: 'DC_a01' }])
  })

  it.each(['not a url', 'file:///etc/passwd'])('refuses %s', async (from) => {
    await expect(get(published(), { from })).rejects.toThrow(/is no address to download from/)
  })
})

describe('CREMA-D, clip by clip', () => {
  const names = ['1001_IEO_NEU_XX', '1002_DFA_ANG_XX', '1003_TSI_SAD_HI']
  const contents = names.map((_, i) => writeWav([new Int16Array(4000).fill(100 * (i + 1))]))
  const pointer = (content: Uint8Array) =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${digestOf('sha256', content).hex}\nsize ${content.length}\n`

  beforeEach(() => {
    const table = ['"Stimulus_Number","Filename"', ...names.map((name, i) => `${i + 1},"${name}"`)]
    server.files['/raw/SentenceFilenames.csv'] = { content: Buffer.from(table.join('\r\n')) }
    for (const [i, name] of names.entries()) {
      const content = contents[i]!
      server.files[`/raw/AudioWAV/${name}.wav`] = { content: Buffer.from(pointer(content)) }
      server.files[`/media/AudioWAV/${name}.wav`] = { content }
      server.files[`/mirror/AudioWAV/${name}.wav`] = { content }
    }
  })
  const crema = (): Publication => ({
    ...publicationOf('crema-d'),
    source: {
      kind: 'files',
      list: (options) =>
        listCremaD(options, {
          raw: `${server.url}/raw`,
          media: `${server.url}/media`,
          mirror: `${server.url}/mirror`,
        }),
    },
  })
  const askedFor = (prefix: string) =>
    server.requests.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path)

  it('comes whole, each clip compared with the checksum of its pointer', async () => {
    const seen: GetProgress[] = []
    const corpus = await get(crema(), { onProgress: (progress) => seen.push(progress) })
    expect(corpus.clips.map(({ id }) => id)).toEqual(names)
    expect(await readFile(join(out, 'AudioWAV', `${names[1]}.wav`))).toEqual(
      Buffer.from(contents[1]!),
    )
    expect(seen.at(-1)).toEqual({ step: 'downloading', unit: 'files', done: 3, total: 3 })
    expect(askedFor('/mirror')).toEqual([])
  })

  it('comes from the mirror where GitHub has spent its budget', async () => {
    for (const name of names) server.files[`/media/AudioWAV/${name}.wav`]!.status = 403
    expect((await get(crema())).found).toBe(3)
    expect(askedFor('/mirror')).toHaveLength(3)
  })

  it('is refused when a clip is another, and goes on with the others later', async () => {
    const path = `/media/AudioWAV/${names[2]}.wav`
    server.files[path] = { content: Buffer.from('a pointer, not a clip') }
    await expect(get(crema())).rejects.toMatchObject({
      code: 'download-corrupt',
      message: expect.stringContaining('its SHA-256 is'),
    })
    nothingLeft()
    server.files[path] = { content: contents[2]! }
    server.requests.length = 0
    expect((await get(crema())).found).toBe(3)
    const kept = 3 - askedFor('/media').length
    expect(kept).toBeGreaterThanOrEqual(1)
  })

  it('is told to be published otherwise when there are no pointers', async () => {
    server.files[`/raw/AudioWAV/${names[0]}.wav`] = { content: contents[0]! }
    await expect(get(crema())).rejects.toThrow(/CREMA-D is published otherwise now/)
  })
})

describe('TESS, clip by clip', () => {
  const list = '/api/datasets/:persistentId/?persistentId=doi:10.5683/SP2/E8H2MF'
  const tess = (): Publication => ({
    ...publicationOf('tess'),
    source: { kind: 'files', list: (options) => listTess(options, server.url) },
  })
  const dataset = (...files: object[]) => ({
    content: Buffer.from(JSON.stringify({ status: 'OK', data: { latestVersion: { files } } })),
  })
  const entry = (id: number, filename: string, content: Uint8Array = wav) => ({
    label: filename,
    dataFile: {
      id,
      filename,
      checksum: { type: 'MD5', value: digestOf('md5', content).hex.toUpperCase() },
    },
  })

  it('comes whole, each clip compared with its checksum', async () => {
    server.files[list] = dataset(
      entry(11, 'OAF_back_angry.wav'),
      entry(12, 'YAF_back_ps.wav'),
      entry(13, 'readme.txt'),
    )
    server.files['/api/access/datafile/11'] = { content: wav }
    server.files['/api/access/datafile/12'] = { content: wav }
    const { clips } = await get(tess())
    expect(clips.map(({ id }) => id)).toEqual(['OAF_back_angry', 'YAF_back_ps'])
    expect((await readdir(out)).sort()).toEqual(['OAF_back_angry.wav', 'YAF_back_ps.wav'])
  })

  it('is refused when a clip is another', async () => {
    server.files[list] = dataset(entry(11, 'OAF_back_angry.wav', Buffer.from('other')))
    server.files['/api/access/datafile/11'] = { content: wav }
    await expect(get(tess())).rejects.toMatchObject({ code: 'download-corrupt' })
    nothingLeft()
  })

  it('is refused when the list leads out of its folder', async () => {
    server.files[list] = dataset({
      ...entry(11, 'OAF_back_angry.wav'),
      directoryLabel: '../elsewhere',
    })
    await expect(get(tess())).rejects.toThrow(/names \.\.\/elsewhere\/OAF_back_angry\.wav, outside/)
  })

  it('is told to be got by hand when the list is none', async () => {
    server.files[list] = { content: Buffer.from('<html>') }
    await expect(get(tess())).rejects.toThrow(/Download TESS by hand from https:\/\/doi\.org/)
  })
})

/** With another byte in the middle of a file that it holds. */
function damaged(content: Buffer): Buffer {
  const copy = Buffer.from(content)
  copy[5000]! ^= 1
  return copy
}

function replaced(content: Buffer, text: string, by: string): Buffer {
  if (text.length !== by.length) throw new Error('The lengths differ.')
  return Buffer.from(content.toString('latin1').replaceAll(text, by), 'latin1')
}
