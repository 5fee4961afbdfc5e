import { UndertoneError } from '../../error.ts'
import { fetchText } from './http.ts'
import type { DownloadOptions, RemoteFile } from './remote-file.ts'

/** What Dataverse says of a dataset, as far as it is needed here. */
interface Dataset {
  data: {
    latestVersion: {
      files: {
        directoryLabel?: string
        dataFile: { id: number; filename: string; checksum?: { type: string; value: string } }
      }[]
    }
  }
}

/**
 * TESS lies on Borealis, a Dataverse, clip by clip with an MD5 of each.
 * @see https://guides.dataverse.org/en/latest/api/native-api.html
 */
export async function listTess(
  options: DownloadOptions,
  server = 'https://borealisdata.ca',
): Promise<RemoteFile[]> {
  const url = `${server}/api/datasets/:persistentId/?persistentId=doi:10.5683/SP2/E8H2MF`
  const text = await fetchText(url, options)
  try {
    const { files } = (JSON.parse(text) as Dataset).data.latestVersion
    return files
      .filter(({ dataFile }) => /\.wav$/i.test(dataFile.filename))
      .map(({ directoryLabel, dataFile: { id, filename, checksum } }) => ({
        path: [directoryLabel, filename].filter(Boolean).join('/'),
        urls: [`${server}/api/access/datafile/${id}`],
        ...(checksum?.type === 'MD5'
          ? { digest: { algorithm: 'md5', hex: checksum.value.toLowerCase() } }
          : {}),
      }))
  } catch (cause) {
    throw new UndertoneError(
      'download-corrupt',
      `${url} did not answer with a dataset's list of files. Download TESS by hand from https://doi.org/10.5683/SP2/E8H2MF.`,
      { cause },
    )
  }
}
