/** Verdicts: what an answer and its explanation look like, and the one function that prints them. */

export { type ExplainOptions, explain } from './explain.js'
export { accept, type Reason, type Reasons, refuse, type StepWriter, stepsFrom } from './reasons.js'

/** What a step speaks of. Every part is optional; an explanation may name addresses and certificates. */
export interface Subject {
  readonly address?: string
  /** A certificate: its names as an administrator knows them, and its serial number in hex. */
  readonly certificate?: { readonly subject: string; readonly issuer: string; readonly serialNumber: string }
  readonly dnsName?: string
  readonly url?: string
}

/** One thing that was looked at, what came of it, and what lay underneath. */
export interface Step {
  /** In kebab-case: `certificate-expired`. */
  readonly code: string
  readonly outcome: 'passed' | 'failed' | 'unknown' | 'skipped'
  /** One sentence an administrator understands. */
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
  /** The rule behind it: `RFC 5280 §6.1.3`, `AS-63`. */
  readonly standard?: string
  readonly about?: Subject
  readonly steps?: readonly Step[]
}

/** Why an answer is what it is: its code, and the steps that led there in the order they were taken. */
export interface Explanation<Code extends string = string> {
  readonly code: Code
  readonly steps: readonly Step[]
}

/** The answer "yes", with what it grants. */
export type Accepted<Yes extends object> = {
  readonly ok: true
  readonly explanation: Explanation<'accepted'>
} & Yes

/** The answer "no", with its reason. `temporary`: the same question may get another answer later. */
export interface Refused<No extends string> {
  readonly ok: false
  readonly code: No
  readonly temporary: boolean
  readonly explanation: Explanation<No>
}

/** A question's answer when "no" is a normal one. */
export type Verdict<Yes extends object, No extends string> = Accepted<Yes> | Refused<No>
