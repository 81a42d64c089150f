import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

/** Why a claim of a notification counts, or does not. */
type TrackingReason =
  | 'counted'
  | 'not-spoken-for'
  | 'no-original-message'
  | 'no-recipient'
  | 'nothing-told'
  | 'not-ours'

const reasons: Reasons<TrackingReason> = {
  counted: { message: 'What the notification says of the recipient counts.', standard: 'DN-22, DN-23' },
  'not-spoken-for': {
    message: 'Whoever signed the notification may not speak for the recipient.',
    remedy: 'Ask the organisation of the recipient to sign notifications with a certificate of the recipient.',
    standard: 'DN-24',
  },
  'no-original-message': {
    message: 'The notification does not say which message it is about.',
    remedy: 'Tell the system that sent it: it must repeat the Message-ID.',
    standard: 'RFC 8098 §3.2.5',
  },
  'no-recipient': {
    message: 'The notification names no recipient.',
    remedy: 'Tell the system that sent it: it must name the recipient it speaks for.',
    standard: 'RFC 8098 §3.2.4',
  },
  'nothing-told': {
    message: 'The notification tells neither of delivery nor of failure.',
    standard: 'DN-20',
  },
  'not-ours': {
    message: 'No such message was sent to the recipient, or what became of it is settled.',
    standard: 'DSN-5',
  },
}

const writer: StepWriter<TrackingReason> = stepsFrom(reasons)
export const passed: StepWriter<TrackingReason>['passed'] = writer.passed
export const skipped: StepWriter<TrackingReason>['skipped'] = writer.skipped
