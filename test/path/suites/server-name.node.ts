import type { Certificate } from '../../../src/x509/index.js'

/**
 * Whether a certificate is that of a TLS server of this name: suites made for servers ask for it after the path. It is
 * no part of this library, which knows mailboxes.
 *
 * @see RFC 9525 §6
 */
export function isServer({ subjectAltName = [] }: Certificate, host: string): boolean {
  const address = octetsOf(host)
  return subjectAltName.some((name) => {
    if (name.type === 'iPAddress') return address !== undefined && String(name.octets) === String(address)
    return name.type === 'dNSName' && address === undefined && isHost(name.value.toLowerCase(), host.toLowerCase())
  })
}

function isHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host
  const dot = host.indexOf('.')
  return dot > 0 && pattern.slice(1) === host.slice(dot)
}

/** The octets of an address, when this is one and not a host. */
function octetsOf(text: string): readonly number[] | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) return text.split('.').map(Number)
  if (!text.includes(':')) return undefined
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16)).flatMap((n) => [n >> 8, n & 255])
}
