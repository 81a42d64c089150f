import type { Accepted, Refused, Step, Subject } from './index.js'

/** What a room knows about one of its reasons: the sentence, the remedy and the section, but not the outcome. */
export interface Reason {
  readonly message: string
  readonly remedy?: string
  readonly standard?: string
}

/** A room's table of reasons. */
export type Reasons<Code extends string = string> = Readonly<Record<Code, Reason>>

/** Writes the steps of one room from its table. */
export type StepWriter<Code extends string> = Readonly<
  Record<Step['outcome'], (code: Code, about?: Subject, steps?: readonly Step[]) => Step>
>

/**
 * Gives a room the four words it explains itself with: `passed`, `failed`, `unknown` and `skipped`.
 *
 * @example
 * const { passed, failed } = stepsFrom(reasons)
 * failed('certificate-expired', { certificate })
 */
export function stepsFrom<Code extends string>(reasons: Reasons<Code>): StepWriter<Code> {
  const writer =
    (outcome: Step['outcome']) =>
    (code: Code, about?: Subject, steps: readonly Step[] = []): Step => ({
      code,
      outcome,
      ...reasons[code],
      ...(about && { about }),
      ...(steps.length > 0 && { steps }),
    })
  return { passed: writer('passed'), failed: writer('failed'), unknown: writer('unknown'), skipped: writer('skipped') }
}

/** The answer "yes". */
export function accept<Yes extends object>(yes: Yes, steps: readonly Step[]): Accepted<Yes> {
  return { ok: true, ...yes, explanation: { code: 'accepted', steps } }
}

/** The answer "no". It is final unless `temporary` says that asking again may help. */
export function refuse<No extends string>(code: No, steps: readonly Step[], temporary = false): Refused<No> {
  return { ok: false, code, temporary, explanation: { code, steps } }
}
