/** The released model that is loaded when none is named: the small one, and the same everywhere. */
export const defaultModel = 'undertone-6-int8'
