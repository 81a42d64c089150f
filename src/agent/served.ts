/**
 * Which mailboxes stand behind a local address: itself, the one an alias means, all those of a group; none for an address
 * that is not served here, whatever certificates its domain has.
 *
 * It is asked for recipients alone, and for those whom a signed header names when a recipient is not among them (AS-46).
 *
 * @returns addresses.
 */
export type Serves = (address: string, options: { readonly signal?: AbortSignal }) => Promise<readonly string[]>
