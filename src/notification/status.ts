/** Why a message was not delivered, in the words of this library. */
export type DeliveryProblem =
  | 'bad-address'
  | 'no-such-mailbox'
  | 'mailbox-full'
  | 'time-limit'
  | 'untrusted'
  | 'no-certificate'
  | 'refused'
  | 'not-delivered'

interface StatusRow {
  /** The enhanced status code. */
  readonly status: string
  /** What a person is told. */
  readonly sentence: string
}

/** Direct fixes no codes; these are what RFC 3463 has for each case (DN-34). */
const statuses: Readonly<Record<DeliveryProblem, StatusRow>> = {
  'bad-address': { status: '5.1.3', sentence: 'This is no address.' },
  'no-such-mailbox': { status: '5.1.1', sentence: 'There is no such mailbox.' },
  'mailbox-full': { status: '5.2.2', sentence: 'The mailbox is full.' },
  'time-limit': { status: '5.4.7', sentence: 'Nobody confirmed in time that the message has arrived.' },
  untrusted: { status: '5.7.1', sentence: 'There is no trust between the two sides.' },
  'no-certificate': { status: '5.7.5', sentence: 'No certificate was found that the message could be encrypted to.' },
  refused: { status: '5.5.0', sentence: 'The mail system of the recipient refused the message.' },
  'not-delivered': { status: '5.0.0', sentence: 'The message could not be delivered.' },
}

/** The enhanced status code of a problem; what is no problem of these is given as it stands. @see RFC 3463 §3 */
export function statusOf(problem: DeliveryProblem | (string & {})): string {
  return Object.hasOwn(statuses, problem) ? statuses[problem as DeliveryProblem].status : problem
}

/** What a person is told about a status code; of one that this library does not write, what all have in common. */
export function sentenceOf(status: string): string {
  const row = Object.values(statuses).find((known) => known.status === status)
  return (row ?? statuses['not-delivered']).sentence
}
