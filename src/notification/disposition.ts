/** The Disposition field: who acted, who sent the notification, and what became of the message. @see RFC 8098 §3.2.6 */
export interface Disposition {
  readonly actionMode: 'manual-action' | 'automatic-action'
  readonly sendingMode: 'MDN-sent-manually' | 'MDN-sent-automatically'
  /** `processed`, `dispatched`, `displayed`, `deleted`, or what older programs write: `failed`, `denied` (MDN-9). */
  readonly dispositionType: string
  /** `error` and others, in lower case. */
  readonly modifiers: readonly string[]
}

const failures: ReadonlySet<string> = new Set(['failed', 'denied'])

/** Says that the message was not delivered: `failed`, `denied`, or `error` beside another type (DN-20). */
export function isFailure(disposition: Disposition | undefined): boolean {
  return (
    disposition !== undefined && (failures.has(disposition.dispositionType) || disposition.modifiers.includes('error'))
  )
}

const form =
  /^\s*(manual-action|automatic-action)\s*\/\s*(mdn-sent-manually|mdn-sent-automatically)\s*;\s*([a-z0-9-]+)\s*(?:\/(.*))?$/i

/** Reads the field in any case and with white space anywhere around its marks (MDN-8). Nothing when it is not one. */
export function parseDisposition(body: string): Disposition | undefined {
  const [, action, sending, type, modifiers = ''] = form.exec(body) ?? []
  if (!action || !sending || !type) return undefined
  return {
    actionMode: action.toLowerCase() === 'manual-action' ? 'manual-action' : 'automatic-action',
    sendingMode: sending.toLowerCase() === 'mdn-sent-manually' ? 'MDN-sent-manually' : 'MDN-sent-automatically',
    dispositionType: type.toLowerCase(),
    modifiers: modifiers
      .split(',')
      .map((modifier) => modifier.trim().toLowerCase())
      .filter(Boolean),
  }
}
