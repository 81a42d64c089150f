import { keyPath } from './keys.node.js'
import { secrets } from './material.js'
import { cannot, each, type OpenJob, type Outcome, type Peer } from './peer.js'
import { type Digest, type EnvelopedRow, type KeyName, type Row, recipientKey, type SignedRow } from './rows.js'
import { ask, type Folder, inFolder, versionOf } from './run.node.js'

/** `openssl cms`. */
export const openssl: Peer = {
  name: 'OpenSSL',
  through: '`openssl cms`',
  install: '`openssl`',
  kinds: ['signed', 'enveloped', 'compressed'],
  version: async () => versionOf('openssl', ['version'], /^OpenSSL (\S+)/),
  make: (rows, content) =>
    inFolder((folder) => {
      const input = ['-in', folder.save('content', content), '-binary', '-outform', 'DER']
      return each(rows, (row) => make(row, input))
    }),
  open: (jobs) => inFolder((folder) => each(jobs, (job) => ({ bytes: cms(openArguments(job, folder)) }))),
}

const cms = (args: readonly string[]) => ask('openssl', ['cms', ...args], { complaint })

/** The first reason that says something: `…:error:code:library:function:reason:file:line:` */
function complaint(text: string): string | undefined {
  const reasons = [...text.matchAll(/^[0-9A-F]+:error:[^:]*:[^:]*:[^:]*:([^:]*):/gm)].map(([, reason]) => reason)
  return reasons.find((reason) => !/ (lib|error)$/.test(reason!)) ?? reasons[0] ?? text.trim().split('\n').at(-1)
}

const md = (digest: Digest) => digest.toLowerCase().replace('-', '')
const signerArguments = (name: KeyName) => ['-signer', keyPath(name, 'cert.pem'), '-inkey', keyPath(name, 'key.pem')]

function make(row: Row, input: readonly string[]): Outcome {
  if (row.kind === 'compressed') return { bytes: cms(['-compress', ...input]) }
  if (row.kind === 'signed') return { bytes: cms(['-sign', ...input, ...signArguments(row)]) }
  if (row.kind !== 'enveloped') return cannot('no whole messages')
  if ('ukm' in row.to) return cannot('no option for ukm')
  return { bytes: cms(['-encrypt', ...input, ...encryptArguments(row)]) }
}

const saltLengths = { digest: 'digest', zero: '0', max: 'max' } as const

function signArguments(row: SignedRow): readonly string[] {
  return [
    ...['-md', md(row.digest), ...signerArguments(row.key)],
    ...(row.scheme === 'PSS' ? ['-keyopt', 'rsa_padding_mode:pss'] : []),
    ...(row.salt ? ['-keyopt', `rsa_pss_saltlen:${saltLengths[row.salt]}`] : []),
    ...(row.two ? signerArguments('other') : []),
    ...(row.opaque ? ['-nodetach'] : []),
    ...(row.noAttributes ? ['-noattr'] : []),
    ...(row.keyIdentifier ? ['-keyid'] : []),
    ...(row.ber ? ['-stream'] : []),
  ]
}

function encryptArguments(row: EnvelopedRow): readonly string[] {
  const key = recipientKey(row)
  return [
    `-${row.cipher.toLowerCase().replace('3des-cbc', 'des3')}`,
    ...(row.keyIdentifier ? ['-keyid'] : []),
    ...(row.ber ? ['-stream'] : []),
    ...(row.two ? ['-recip', keyPath('other', 'cert.pem')] : []),
    ...(key ? ['-recip', keyPath(key, 'cert.pem')] : []),
    ...transportArguments(row),
  ]
}

const keyOptions = (...options: readonly string[]) => options.flatMap((option) => ['-keyopt', option])
const wrapArgument = (wrap: string) => `-${wrap.toLowerCase().replace('-', '')}-wrap`

function transportArguments({ to }: EnvelopedRow): readonly string[] {
  switch (to.type) {
    case 'rsa':
      return []
    case 'oaep':
      return keyOptions(
        'rsa_padding_mode:oaep',
        `rsa_oaep_md:${md(to.digest)}`,
        `rsa_mgf1_md:${md(to.mask)}`,
        ...(to.label ? [`rsa_oaep_label:${Buffer.from(to.label).toString('hex')}`] : []),
      )
    case 'ecdh':
      return [
        ...keyOptions(`ecdh_kdf_md:${md(to.kdf)}`, ...(to.cofactor ? ['ecdh_cofactor_mode:1'] : [])),
        wrapArgument(to.wrap),
      ]
    case 'x25519':
      return [wrapArgument(to.wrap)]
    case 'kek':
      return ['-secretkey', kekOf(to.wrap), '-secretkeyid', secrets.keyIdentifier, wrapArgument(to.wrap)]
    case 'password':
      return ['-pwri_password', secrets.password]
  }
}

const kekOf = (wrap: string) => (wrap === 'AES-128' ? secrets.kek['AES-128'] : secrets.kek['AES-256'])

function openArguments({ row, message, content }: OpenJob, folder: Folder): readonly string[] {
  const input = ['-in', folder.save('message', message), '-inform', 'DER', '-binary']
  if (row.kind === 'compressed') return ['-uncompress', ...input]
  if (row.kind === 'signed') {
    const detached = row.opaque ? [] : ['-content', folder.save('content', content)]
    return ['-verify', ...input, ...detached, '-CAfile', keyPath('ca', 'cert.pem'), '-purpose', 'any']
  }
  if (row.kind !== 'enveloped') throw new Error('no whole messages')
  if (row.to.type === 'password') return ['-decrypt', ...input, '-pwri_password', secrets.password]
  if (row.to.type === 'kek') {
    return ['-decrypt', ...input, '-secretkey', kekOf(row.to.wrap), '-secretkeyid', secrets.keyIdentifier]
  }
  const key = recipientKey(row)!
  return ['-decrypt', ...input, '-recip', keyPath(key, 'cert.pem'), '-inkey', keyPath(key, 'key.pem')]
}
