/** The clips of the repository's `samples/`, which the build puts beside the page. */
export const SAMPLES = [
  { file: '1001_ITS_HAP_XX.wav', title: 'A man, happy' },
  { file: '1001_ITS_SAD_XX.wav', title: 'A man, sad' },
  { file: '1003_IEO_HAP_MD.wav', title: 'A woman, happy' },
  { file: '1003_IEO_SAD_MD.wav', title: 'A woman, sad' },
  { file: '1003_TSI_HAP_then_SAD.wav', title: 'A woman, happy then sad' },
] as const
