import { X509Certificate } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { keyPath, passPhrase, pemOf } from './keys.node.js'
import { cannot, each, type OpenJob, type Outcome, type Peer } from './peer.js'
import { type Digest, type KeyName, type Row, recipientKey } from './rows.js'
import { ask, type Folder, inFolder, versionOf } from './run.node.js'

/** GnuPG's S/MIME half, with a home and an agent of its own. */
export const gpgsm: Peer = {
  name: 'gpgsm',
  through: '`gpgsm`',
  install: '`gpgsm`, `gpg-agent`',
  kinds: ['signed', 'enveloped'],
  version: async () => versionOf('gpgsm', ['--version'], /\(GnuPG\) (\S+)/),
  make: (rows, content) =>
    withHome((folder, call, lacking) => {
      const file = folder.save('content', content)
      return each(rows, (row) => make(row, file, call, lacking))
    }),
  open: (jobs) => withHome((folder, call, lacking) => each(jobs, (job) => open(job, folder, call, lacking))),
}

type Call = (args: readonly string[]) => Uint8Array
/** Keys that could not be imported, and what was said. */
type Lacking = ReadonlyMap<KeyName, string>

const keys: readonly KeyName[] = ['rsa', 'other', 'p256', 'p384', 'p521']

function withHome(run: (folder: Folder, call: Call, lacking: Lacking) => Promise<readonly Outcome[]>) {
  return inFolder(async (folder) => {
    chmodSync(folder.path, 0o700)
    folder.save('gpgsm.conf', 'disable-crl-checks\ndisable-dirmngr\n')
    folder.save('gpg-agent.conf', 'allow-loopback-pinentry\nallow-mark-trusted\ns2k-count 65536\n')
    const { fingerprint } = new X509Certificate(pemOf('ca', 'cert.pem'))
    folder.save('trustlist.txt', `${fingerprint} S relax\n`)
    const env = { GNUPGHOME: folder.path }
    const loopback = ['--batch', '--pinentry-mode', 'loopback', '--passphrase-fd', '0']
    const call: Call = (args) => ask('gpgsm', [...loopback, ...args], { env, input: `${passPhrase}\n`, complaint })
    try {
      ask('gpgsm', ['--batch', '--import', keyPath('ca', 'cert.pem')], { env })
      return await run(folder, call, importKeys(call))
    } finally {
      ask('gpgconf', ['--kill', 'gpg-agent'], { env })
    }
  })
}

function importKeys(call: Call): Lacking {
  const lacking = new Map<KeyName, string>()
  for (const name of keys) {
    try {
      call(['--import', keyPath(name, 'identity.p12')])
    } catch (error) {
      lacking.set(name, `the PKCS#12 of ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return lacking
}

/** The last line that is no warning, without the name of the program. */
function complaint(text: string): string | undefined {
  const lines = text
    .split('\n')
    .filter((line) => /^gpgsm: /.test(line) && !/^gpgsm: (?:warning|note|DBG|keybox)/i.test(line))
  return lines.at(-1)?.replace(/^gpgsm: /, '')
}

const digestOption = (digest: Digest) => ['--digest-algo', digest.replace('-', '')]
const ciphers: Readonly<Record<string, string>> = {
  'AES-128-CBC': 'AES',
  'AES-192-CBC': 'AES192',
  'AES-256-CBC': 'AES256',
  '3DES-CBC': '3DES',
}

/** There are options for a few things; what it makes instead of the others is looked at. */
function make(row: Row, file: string, call: Call, lacking: Lacking): Outcome {
  const key = row.kind === 'signed' ? row.key : recipientKey(row)
  if (!key) return cannot('no option for recipients without a certificate')
  if (lacking.has(key)) return { says: lacking.get(key)! }
  if (row.kind === 'signed') {
    const users = row.two ? [key, 'other'] : [key]
    const options = [...users.flatMap((name) => ['-u', `${name}@peers.example`]), ...digestOption(row.digest)]
    return { bytes: call([...options, row.opaque ? '--sign' : '--detach-sign', file]) }
  }
  if (row.kind !== 'enveloped') return cannot(`no ${row.kind}`)
  const cipher = ciphers[row.cipher]
  if (!cipher) return cannot(`no option for ${row.cipher}`)
  const users = row.two ? ['other', key] : [key]
  const options = [...users.flatMap((name) => ['-r', `${name}@peers.example`]), '--cipher-algo', cipher]
  return { bytes: call([...options, '--encrypt', file]) }
}

function open({ row, message, content }: OpenJob, folder: Folder, call: Call, lacking: Lacking): Outcome {
  const file = folder.save('message', message)
  if (row.kind === 'enveloped') {
    const key = recipientKey(row)
    if (key && lacking.has(key)) return { says: lacking.get(key)! }
    return { bytes: call(['--decrypt', file]) }
  }
  if (row.kind === 'signed' && row.opaque) return { bytes: call(['--output', '-', '--verify', file]) }
  call(['--verify', file, folder.save('content', content)])
  return { bytes: content }
}
