import type { UndertoneErrorCode } from '../error.ts'

const broken =
  'A file of this page is missing or damaged. Load the page again; if that does not help, who runs it has to put it up anew.'

/** What a visitor can do, where an error's own message is for who runs or makes the page. */
export const visitorsWords: Partial<Record<UndertoneErrorCode, string>> = {
  'asset-missing': broken,
  'asset-corrupt': broken,
  'manifest-invalid': broken,
  'model-invalid': broken,
  'engine-failed': 'Something went wrong inside. Load the page again.',
  'worker-failed': 'Something went wrong inside. Load the page again.',
  'insecure-context':
    'Browsers give the microphone to secure pages alone, whose address begins with https. Recordings can be opened all the same.',
  'microphone-unsupported':
    'This browser gives the page no microphone. Recordings can be opened all the same.',
}
