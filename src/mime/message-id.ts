import { MimeError } from './errors.js'

/**
 * Reads the identifiers of Message-ID, In-Reply-To or References, each with its brackets; one that stands alone without
 * them gets them.
 *
 * White space inside the brackets is kept: it does not belong there, and whoever wrote it looks for the identifier as it
 * was written (RFC 5322 §3.6.4).
 */
export function parseMessageIds(text: string): readonly string[] {
  const alone = text.trim()
  // Some programs leave the brackets out of Original-Message-ID.
  if (/^[^\s<>@]{1,490}@[^\s<>@]{1,490}$/.test(alone)) return [`<${alone}>`]
  return text.match(/<[^<>]{1,990}>/g) ?? []
}

/**
 * Writes an identifier: `<left@domain>`.
 *
 * @throws {@link MimeError} `ERR_MIME_MESSAGE_ID` when either side is not made of atoms with dots between.
 * @see RFC 5322 §3.6.4
 */
export function formatMessageId(left: string, domain: string): string {
  const atoms = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/
  if (atoms.test(left) && atoms.test(domain)) return `<${left}@${domain}>`
  throw new MimeError('ERR_MIME_MESSAGE_ID', 'not a message identifier')
}
