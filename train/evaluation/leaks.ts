import type { Assessment } from './assessment.ts'

/** What the same experiment gave with tested clips in training. */
export interface Leak extends Pick<Assessment, 'uar' | 'wa'> {
  leak: string
}

/** Puts the figures of leaking experiments beside those of the same experiments without the leak. */
export function withLeaks(assessments: readonly Assessment[]): Assessment[] {
  const sound = ({ recipe, protocol, corpus, testedOn, settings }: Assessment) =>
    [recipe, protocol, corpus, testedOn, settings.replace(/-leak$/, '')].join('\n')
  return assessments.map((assessment) => {
    if (assessment.leak) return assessment
    const leaks = assessments.flatMap((other): Leak[] =>
      other.leak && sound(other) === sound(assessment)
        ? [{ leak: other.leak, uar: other.uar, wa: other.wa }]
        : [],
    )
    return leaks.length > 0 ? { ...assessment, leaks } : assessment
  })
}
