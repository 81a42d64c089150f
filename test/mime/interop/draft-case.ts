import type { MessageDraft } from '../../../src/mime/index.js'
import type { Reading } from './reading.js'

export interface DraftCase {
  readonly name: string
  readonly draft: MessageDraft
  /** What readers find, where it is not what the draft says in words. */
  readonly reads?: Partial<Reading> | undefined
}

/** A row of a table of drafts: what its message has more, or otherwise, than an ordinary one. */
export interface DraftRow extends Omit<DraftCase, 'draft'> {
  readonly more: Partial<MessageDraft>
}

/** An ordinary message. */
export const base: MessageDraft = {
  from: { name: 'Ann Lee', address: 'ann@clinic.example' },
  to: 'bob@hospital.example',
  subject: 'Referral',
  messageId: '<1@clinic.example>',
  date: Date.UTC(2026, 10, 23, 10),
}
