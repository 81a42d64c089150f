/** Everything that messages are made with here: one row for each way, the same for every program. */

export type Digest = 'SHA-1' | 'SHA-224' | 'SHA-256' | 'SHA-384' | 'SHA-512'
export type KeyName = 'rsa' | 'other' | 'p256' | 'p384' | 'p521' | 'ed25519' | 'x25519' | 'domain'
export type KeyFile = 'key.pem' | 'cert.pem'

/** One way to sign a content. What is not said: detached, with signed attributes, issuer and serial number, DER. */
export interface SignedRow {
  readonly kind: 'signed'
  readonly name: string
  readonly key: KeyName
  readonly scheme: 'v1.5' | 'PSS' | 'ECDSA' | 'EdDSA'
  readonly digest: Digest
  /** Octets of the salt: as many as the digest has, none, or as many as there is room for. */
  readonly salt?: 'digest' | 'zero' | 'max'
  readonly opaque?: true
  readonly noAttributes?: true
  readonly keyIdentifier?: true
  /** A second signer with the key `other`. */
  readonly two?: true
  readonly ber?: true
}

type Cipher = `AES-${128 | 192 | 256}-${'CBC' | 'GCM'}` | '3DES-CBC' | 'ChaCha20-Poly1305'
export type Wrap = `AES-${128 | 192 | 256}`

/** How one recipient gets the content key. */
type Transport =
  | { readonly type: 'rsa' }
  | { readonly type: 'oaep'; readonly digest: Digest; readonly mask: Digest; readonly label?: string }
  | {
      readonly type: 'ecdh'
      readonly key: KeyName
      readonly cofactor?: true
      readonly kdf: Digest
      readonly wrap: Wrap
      readonly ukm?: string
    }
  | { readonly type: 'x25519'; readonly kdf: Digest; readonly wrap: Wrap }
  | { readonly type: 'kek'; readonly wrap: Wrap }
  | { readonly type: 'password' }

/** One way to encrypt a content. What is not said: one recipient, issuer and serial number, DER. */
export interface EnvelopedRow {
  readonly kind: 'enveloped'
  readonly name: string
  readonly cipher: Cipher
  readonly to: Transport
  /** A second recipient, with the key `other` and RSA v1.5, who does not open. */
  readonly two?: true
  readonly keyIdentifier?: true
  readonly ber?: true
}

interface CompressedRow {
  readonly kind: 'compressed'
  readonly name: string
}

/**
 * A whole message: wrapped when nothing is said, signed with RSA, encrypted with RSA v1.5, sent by one agent and received
 * by another.
 */
export interface MessageRow {
  readonly kind: 'message'
  readonly name: string
  readonly digest: Digest
  readonly cipher: Cipher
  readonly unwrapped?: true
  /** To two mailboxes that share the certificate of their domain. */
  readonly domain?: true
}

/** The answer of an agent to a message of this library that it received, as whole as a message. */
export interface NotificationRow {
  readonly kind: 'notification'
  readonly name: string
  readonly digest: Digest
  readonly cipher: Cipher
}

export type Row = SignedRow | EnvelopedRow | CompressedRow | MessageRow | NotificationRow

const rsaSha256 = { kind: 'signed', key: 'rsa', scheme: 'v1.5', digest: 'SHA-256' } as const
const pss = { kind: 'signed', key: 'rsa', scheme: 'PSS', digest: 'SHA-256' } as const

const signed: readonly SignedRow[] = [
  { ...rsaSha256, name: 'RSA v1.5, SHA-1', digest: 'SHA-1' },
  { ...rsaSha256, name: 'RSA v1.5, SHA-256' },
  { ...rsaSha256, name: 'RSA v1.5, SHA-384', digest: 'SHA-384' },
  { ...rsaSha256, name: 'RSA v1.5, SHA-512', digest: 'SHA-512' },
  { ...pss, name: 'PSS, SHA-256, salt as the digest', salt: 'digest' },
  { ...pss, name: 'PSS, SHA-256, salt 0', salt: 'zero' },
  { ...pss, name: 'PSS, SHA-256, longest salt', salt: 'max' },
  { ...pss, name: 'PSS, SHA-384', digest: 'SHA-384', salt: 'digest' },
  { ...pss, name: 'PSS, SHA-512', digest: 'SHA-512', salt: 'digest' },
  { kind: 'signed', name: 'ECDSA P-256, SHA-256', key: 'p256', scheme: 'ECDSA', digest: 'SHA-256' },
  { kind: 'signed', name: 'ECDSA P-384, SHA-384', key: 'p384', scheme: 'ECDSA', digest: 'SHA-384' },
  { kind: 'signed', name: 'ECDSA P-521, SHA-512', key: 'p521', scheme: 'ECDSA', digest: 'SHA-512' },
  { kind: 'signed', name: 'Ed25519, SHA-512', key: 'ed25519', scheme: 'EdDSA', digest: 'SHA-512' },
  { ...rsaSha256, name: 'opaque', opaque: true },
  { ...rsaSha256, name: 'opaque, BER of indefinite length', opaque: true, ber: true },
  { ...rsaSha256, name: 'without signed attributes', noAttributes: true },
  { ...rsaSha256, name: 'opaque, without signed attributes', opaque: true, noAttributes: true },
  { ...rsaSha256, name: 'signer named by subjectKeyIdentifier', keyIdentifier: true },
  { ...rsaSha256, name: 'two signers', two: true },
]

const rsa = { type: 'rsa' } as const
const oaep = (digest: Digest, mask = digest) => ({ type: 'oaep', digest, mask }) as const
const ecdh = (key: KeyName, kdf: Digest, wrap: Wrap) => ({ type: 'ecdh', key, kdf, wrap }) as const
const p256 = ecdh('p256', 'SHA-256', 'AES-128')

const ciphers: readonly Cipher[] = [
  'AES-128-CBC',
  'AES-192-CBC',
  'AES-256-CBC',
  'AES-128-GCM',
  'AES-192-GCM',
  'AES-256-GCM',
  'ChaCha20-Poly1305',
  '3DES-CBC',
]

/** Every cipher with each of these. */
const common: readonly { readonly name: string; readonly to: Transport }[] = [
  { name: 'RSA v1.5', to: rsa },
  { name: 'OAEP SHA-256', to: oaep('SHA-256') },
  { name: 'ECDH P-256', to: p256 },
]

/** All else with AES-256-CBC. */
const transports: readonly { readonly name: string; readonly to: Transport }[] = [
  { name: 'OAEP SHA-1', to: oaep('SHA-1') },
  { name: 'OAEP SHA-384', to: oaep('SHA-384') },
  { name: 'OAEP SHA-512', to: oaep('SHA-512') },
  { name: 'OAEP SHA-256, MGF1 SHA-1', to: oaep('SHA-256', 'SHA-1') },
  { name: 'OAEP SHA-256, with a label', to: { ...oaep('SHA-256'), label: 'peers' } },
  { name: 'ECDH P-256, KDF SHA-1, AES-128 wrap', to: ecdh('p256', 'SHA-1', 'AES-128') },
  { name: 'ECDH P-256, KDF SHA-224, AES-128 wrap', to: ecdh('p256', 'SHA-224', 'AES-128') },
  { name: 'ECDH P-256, KDF SHA-256, AES-192 wrap', to: ecdh('p256', 'SHA-256', 'AES-192') },
  { name: 'ECDH P-256, KDF SHA-256, AES-256 wrap', to: ecdh('p256', 'SHA-256', 'AES-256') },
  { name: 'ECDH P-256, KDF SHA-384, AES-256 wrap', to: ecdh('p256', 'SHA-384', 'AES-256') },
  { name: 'ECDH P-256, KDF SHA-512, AES-256 wrap', to: ecdh('p256', 'SHA-512', 'AES-256') },
  { name: 'ECDH P-256, KDF SHA-256, with ukm', to: { ...p256, ukm: 'ukm of peers' } },
  { name: 'ECDH P-256, cofactor, KDF SHA-256', to: { ...p256, cofactor: true } },
  { name: 'ECDH P-384, KDF SHA-384, AES-256 wrap', to: ecdh('p384', 'SHA-384', 'AES-256') },
  { name: 'ECDH P-521, KDF SHA-512, AES-256 wrap', to: ecdh('p521', 'SHA-512', 'AES-256') },
  { name: 'X25519, HKDF SHA-256, AES-256 wrap', to: { type: 'x25519', kdf: 'SHA-256', wrap: 'AES-256' } },
  { name: 'shared key, AES-128 wrap', to: { type: 'kek', wrap: 'AES-128' } },
  { name: 'shared key, AES-256 wrap', to: { type: 'kek', wrap: 'AES-256' } },
  { name: 'password', to: { type: 'password' } },
]

const cbc256 = { kind: 'enveloped', cipher: 'AES-256-CBC' } as const
/** What programs that do not let one choose make. */
const cbc128 = { kind: 'enveloped', cipher: 'AES-128-CBC' } as const

const enveloped: readonly EnvelopedRow[] = [
  ...common.flatMap(({ name, to }) =>
    ciphers.map((cipher) => ({ kind: 'enveloped' as const, name: `${cipher}, ${name}`, cipher, to })),
  ),
  ...transports.map((each) => ({ ...cbc256, ...each })),
  { ...cbc128, name: 'two recipients, RSA', to: rsa, two: true },
  { ...cbc128, name: 'two recipients, RSA and ECDH', to: p256, two: true },
  { ...cbc128, name: 'recipient named by subjectKeyIdentifier, RSA', to: rsa, keyIdentifier: true },
  { ...cbc128, name: 'recipient named by subjectKeyIdentifier, ECDH', to: p256, keyIdentifier: true },
  { ...cbc128, name: 'BER of indefinite length', to: rsa, ber: true },
  { kind: 'enveloped', name: 'AES-256-GCM, BER of indefinite length', cipher: 'AES-256-GCM', to: rsa, ber: true },
]

/** All that the reference implementation has for RSA. */
const agentDigests: readonly Digest[] = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']
const agentCiphers: readonly Cipher[] = ['3DES-CBC', 'AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC']
const wholeMessage = { kind: 'message', digest: 'SHA-256', cipher: 'AES-256-CBC' } as const

/** What the answers are to: what an agent sends when nobody sets anything. */
export const letter: MessageRow = { ...wholeMessage, name: 'whole message, SHA-256, AES-256-CBC' }

const messages: readonly MessageRow[] = [
  ...agentDigests.flatMap((digest) =>
    agentCiphers.map((cipher) => ({ ...wholeMessage, name: `whole message, ${digest}, ${cipher}`, digest, cipher })),
  ),
  { ...wholeMessage, name: 'whole message, not wrapped', unwrapped: true },
  { ...wholeMessage, name: 'whole message to two mailboxes of a domain', domain: true },
  {
    ...wholeMessage,
    name: 'whole message, not wrapped, SHA-512, AES-128-CBC',
    digest: 'SHA-512',
    cipher: 'AES-128-CBC',
    unwrapped: true,
  },
]

const notifications: readonly NotificationRow[] = [
  { kind: 'notification', name: 'notification', digest: 'SHA-256', cipher: 'AES-256-CBC' },
  { kind: 'notification', name: 'notification, SHA-512, AES-128-CBC', digest: 'SHA-512', cipher: 'AES-128-CBC' },
]

export const rows: readonly Row[] = [
  ...signed,
  ...enveloped,
  { kind: 'compressed', name: 'compressed' },
  ...messages,
  ...notifications,
]

/** The key that opens what a row encrypts; none for a shared key or a password. */
export function recipientKey(row: Row): KeyName | undefined {
  if (row.kind === 'message') return row.domain ? 'domain' : 'other'
  if (row.kind !== 'enveloped') return undefined
  const { to } = row
  if (to.type === 'rsa' || to.type === 'oaep') return 'rsa'
  if (to.type === 'ecdh') return to.key
  return to.type === 'x25519' ? 'x25519' : undefined
}
