/** As far as a corpus tells. */
export const sexOrder = ['female', 'male', undefined] as const
type Sex = (typeof sexOrder)[number]

export const sexColour = (sex: Sex): string =>
  sex === 'female' ? 'var(--women)' : sex === 'male' ? 'var(--men)' : 'var(--muted)'

export const sexName = (sex: Sex): string =>
  sex === 'female' ? 'women' : sex === 'male' ? 'men' : 'not told'
