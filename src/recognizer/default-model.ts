/** The released model that is loaded when none is named. */
export const defaultModel = 'undertone-6'
