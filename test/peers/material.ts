/** The content and the secrets that every program is given. */

/** A MIME entity in canonical form, so that programs that speak MIME give it back as it is. */
export const content: Uint8Array = new TextEncoder().encode(
  [
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    'The results of the last visit:',
    'potassium 4.1 mmol/l',
    '',
  ].join('\r\n'),
)

/** What `password` and `kek` of the rows stand for; keys in hexadecimal. */
export const secrets = {
  password: 'correct horse',
  keyIdentifier: '0102030405060708',
  kek: { 'AES-128': '000102030405060708090a0b0c0d0e0f', 'AES-256': '00112233445566778899aabbccddeeff'.repeat(2) },
} as const

/** The addresses of a whole message, after the names of their keys. */
export const from = 'rsa@peers.example'
export const to = 'other@peers.example'
/** Those who share the certificate of their domain. */
export const mailboxes = ['ward@peers.example', 'office@peers.example'] as const
/** Of this library's message, which notifications are about. */
export const messageId = '<2@peers.example>'
/** What a notification tells, in words of the tests: whose signer may speak for whom, what became of which message. */
export const told = `${to}: processed ${messageId}`
