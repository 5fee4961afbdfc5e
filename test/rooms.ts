/** Folders of tests, by what these need that `npm ci` does not bring. */
export const rooms = [
  { folder: 'test', needs: 'nothing' },
  { folder: 'test/browser', needs: 'chromium' },
  { folder: 'test/examples', needs: 'examples' },
  { folder: 'train/test', needs: 'training' },
] as const

export type Room = (typeof rooms)[number]
