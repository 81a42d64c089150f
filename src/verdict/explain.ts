import type { Explanation, Step, Subject } from './index.js'

export interface ExplainOptions {
  /** Leaves out addresses, names, URLs and certificates, for a ticket that strangers read. Default `false`. */
  readonly redact?: boolean
}

const marks: Readonly<Record<Step['outcome'], string>> = { passed: '✓', failed: '✗', unknown: '?', skipped: '–' }

/**
 * Prints an explanation as indented lines of text: a mark, the sentence, what it is about, and under a failure what to
 * do and which rule asks for it. Control characters in names that strangers chose become U+FFFD.
 *
 * @returns lines joined by `\n`, without a final line end.
 */
export function explain(explanation: Explanation, options: ExplainOptions = {}): string {
  return explanation.steps.flatMap((step) => linesOf(step, '', options.redact ?? false)).join('\n')
}

function linesOf(step: Step, indent: string, redact: boolean): string[] {
  const about = step.about && !redact ? ` [${subjectText(step.about)}]` : ''
  const rule = step.standard ? ` (${step.standard})` : ''
  const remedy = step.outcome !== 'passed' && step.remedy ? [`${indent}  → ${step.remedy}`] : []
  return [
    `${indent}${marks[step.outcome]} ${step.message}${about}${rule}`,
    ...remedy,
    ...(step.steps ?? []).flatMap((inner) => linesOf(inner, `${indent}  `, redact)),
  ]
}

function subjectText({ address, certificate, dnsName, url }: Subject): string {
  const names = certificate && `${certificate.subject}, serial ${certificate.serialNumber}`
  const parts = [address, names, dnsName, url].filter((part) => part !== undefined)
  return parts.join('; ').replace(unprintable, '\u{fffd}')
}

/** Strangers choose the names in their certificates: none of them may begin a line, or turn one around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
