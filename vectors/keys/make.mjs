// Makes identities.json, private-keys.json, pkcs12.json and key-derivation.json: keys, certificates and PKCS#12 files that
// OpenSSL, NSS, Java and gpgsm wrote, in every form that they can write.
//
//   node vectors/keys/make.mjs
//
// It takes OpenSSL 3, pk12util and certutil of NSS, keytool of Java, and gpgsm. What is in the files is kept, for salts and
// dates would be others: delete a row to make it anew. rc2.json and rfc9879.json are copied from RFCs by hand.
//
// The keys are public test keys. Never trust them.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const work = mkdtempSync(join(tmpdir(), 'keys-'))
const at = (name) => join(work, name)
const run = (program, args) => execFileSync(program, args, { cwd: work, stdio: ['ignore', 'pipe', 'pipe'] })
const openssl = (...args) => run('openssl', args)
const text = (name) => readFileSync(at(name), 'utf8')

const fileOf = (name) => new URL(name, import.meta.url)
const read = (name) => (existsSync(fileOf(name)) ? JSON.parse(readFileSync(fileOf(name), 'utf8')) : [])
const write = (name, rows) => writeFileSync(fileOf(name), `${JSON.stringify(rows, null, 2)}\n`)

/** What is kept is found by the comment of its row; the rest is made. */
function table(name, rows) {
  const kept = new Map(read(name).map((row) => [row.comment, row]))
  const made = ({ key, pkcs12, derived }) => JSON.parse(JSON.stringify({ key, pkcs12, derived }))
  write(
    name,
    rows.map(({ comment, make, ...rest }) => ({ comment, ...rest, ...made(kept.get(comment) ?? make()) })),
  )
}

const both = 'digitalSignature,keyAgreement'
const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']
const curve = (name) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`]
const rsa = (algorithm) => ['-algorithm', algorithm, '-pkeyopt', 'rsa_keygen_bits:2048']

/** Who issues for whom, with which key and usage. `sameKey`: another certificate for a key that is there. */
const drafts = [
  { name: 'root', key: P256, usage: 'keyCertSign', ca: true },
  { name: 'issuing', key: P256, usage: 'keyCertSign', ca: true, issuer: 'root' },
  { name: 'issuing-before', key: P256, usage: 'keyCertSign', ca: true, issuer: 'root', cn: 'issuing' },
  { name: 'p256', key: P256, usage: both },
  { name: 'p256-renewed', sameKey: 'p256', usage: both, cn: 'p256' },
  { name: 'p384', key: curve('P-384'), usage: both },
  { name: 'p521', key: curve('P-521'), usage: both },
  { name: 'ed25519', key: ['-algorithm', 'ED25519'], usage: 'digitalSignature' },
  { name: 'x25519', key: ['-algorithm', 'X25519'], usage: 'keyAgreement' },
  { name: 'ed448', key: ['-algorithm', 'ED448'], usage: 'digitalSignature' },
  { name: 'rsa', key: rsa('RSA'), usage: 'digitalSignature,keyEncipherment' },
  { name: 'rsa-pss', key: rsa('RSA-PSS'), usage: 'digitalSignature' },
  { name: 'any-use', key: P256 },
  { name: 'signing', key: P256, usage: 'digitalSignature' },
  { name: 'decryption', key: P256, usage: 'keyAgreement' },
]

function identity({ name, key, sameKey, usage, ca, issuer = 'issuing', cn = name }) {
  if (sameKey) writeFileSync(at(`${name}.key`), text(`${sameKey}.key`))
  else openssl('genpkey', ...key, '-out', `${name}.key`)
  openssl('pkey', '-in', `${name}.key`, '-pubout', '-out', `${name}.pub`)
  const extensions = [
    `basicConstraints=critical,CA:${ca ? 'TRUE' : 'FALSE'}`,
    usage ? `keyUsage=critical,${usage}` : '',
    'subjectKeyIdentifier=hash',
    name === 'root' ? '' : 'authorityKeyIdentifier=keyid',
    ca ? '' : `subjectAltName=email:${cn}@direct.keys.example`,
  ]
  writeFileSync(at('extensions'), extensions.filter(Boolean).join('\n'))
  const by = name === 'root' ? ['-signkey', 'root.key'] : ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`]
  const subject = ['-subj', `/O=Keys Example/CN=${cn}`, '-extfile', 'extensions', '-days', '10950']
  openssl('x509', '-new', '-force_pubkey', `${name}.pub`, ...subject, ...by, '-out', `${name}.crt`)
  return { key: text(`${name}.key`), certificate: text(`${name}.crt`) }
}

const identities = []
for (const draft of drafts) {
  const kept = read('identities.json').find(({ comment }) => comment === draft.name)
  // A second between two certificates, so that one is newer.
  if (!kept) execFileSync('sleep', ['1.1'])
  const { comment, ...made } = kept ?? { comment: draft.name, ...identity(draft) }
  writeFileSync(at(`${comment}.key`), made.key)
  writeFileSync(at(`${comment}.crt`), made.certificate)
  identities.push({ comment, ...made })
}
write('identities.json', identities)
const certificates = (...names) => {
  writeFileSync(at('chain'), names.map((name) => text(`${name}.crt`)).join(''))
  return 'chain'
}

/** Private keys outside PKCS#12; `of` is the identity whose key it is. */
function privateKey(comment, of, args, more = {}) {
  return { comment, of, ...more, made: `openssl ${args.join(' ')}`, make: () => ({ key: openssl(...args).toString() }) }
}
const password = 'letters and 1 number'
const unsupported = { error: 'ERR_KEYS_UNSUPPORTED' }
const pkcs8 = (comment, args, more) =>
  privateKey(comment, 'p256', ['pkcs8', '-topk8', '-in', 'p256.key', '-passout', `pass:${password}`, ...args], {
    password,
    ...more,
  })
const legacy = ['-provider', 'legacy', '-provider', 'default']
table('private-keys.json', [
  privateKey('SEC 1', 'p256', ['ec', '-in', 'p256.key']),
  privateKey('SEC 1 without the public key', 'p384', ['ec', '-in', 'p384.key', '-no_public']),
  privateKey('SEC 1 with the point compressed', 'p521', ['ec', '-in', 'p521.key', '-conv_form', 'compressed']),
  privateKey(
    'SEC 1 with the curve spelled out',
    'p256',
    ['ec', '-in', 'p256.key', '-param_enc', 'explicit'],
    unsupported,
  ),
  privateKey('PKCS#1', 'rsa', ['rsa', '-in', 'rsa.key', '-traditional']),
  pkcs8('PBES2 as it comes', []),
  pkcs8('PBES2, AES-128-CBC, HMAC-SHA-1', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1']),
  pkcs8('PBES2, AES-192-CBC, HMAC-SHA-384', ['-v2', 'aes-192-cbc', '-v2prf', 'hmacWithSHA384']),
  pkcs8('PBES2, AES-256-CBC, HMAC-SHA-512', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512']),
  pkcs8('PBES2, 3DES', ['-v2', 'des3']),
  pkcs8('PBES2, 100,000 rounds', ['-iter', '100000']),
  pkcs8('PBES2, one round', ['-iter', '1']),
  pkcs8('PBES2, RC2', ['-v2', 'rc2', ...legacy], unsupported),
  pkcs8('PBES2, DES', ['-v2', 'des', ...legacy], unsupported),
  pkcs8('scrypt', ['-scrypt'], unsupported),
  pkcs8('PBE-SHA1-3DES', ['-v1', 'PBE-SHA1-3DES']),
  pkcs8('PBE-SHA1-2DES', ['-v1', 'PBE-SHA1-2DES']),
  pkcs8('PBE-SHA1-RC2-128', ['-v1', 'PBE-SHA1-RC2-128', ...legacy]),
  pkcs8('PBE-SHA1-RC2-40', ['-v1', 'PBE-SHA1-RC2-40', ...legacy]),
  pkcs8('PBE-SHA1-RC4-128', ['-v1', 'PBE-SHA1-RC4-128', ...legacy], unsupported),
  pkcs8('PBE-MD5-DES', ['-v1', 'PBE-MD5-DES', ...legacy], unsupported),
  privateKey(
    'the form that OpenSSL had before PKCS#8',
    'rsa',
    ['rsa', '-in', 'rsa.key', '-traditional', '-aes256', '-passout', `pass:${password}`],
    { password, ...unsupported },
  ),
])

/** PKCS#12 files by OpenSSL: of an identity with its chain, in an order that is none. */
function byOpenssl(comment, { of = 'p256', certfile = ['root', 'issuing'], args = [], pass = password, ...more }) {
  const own = ['-inkey', `${of}.key`, '-in', `${of}.crt`]
  const options = ['pkcs12', '-export', ...own, '-certfile', 'chain', '-passout', `pass:${pass}`, ...args]
  return {
    comment,
    made: `openssl ${options.join(' ')}`,
    password: pass,
    signs: of,
    decrypts: [of],
    chain: ['issuing', 'root'].filter((name) => certfile.includes(name)),
    ...more,
    make() {
      certificates(...certfile)
      return { pkcs12: openssl(...options).toString('base64') }
    },
  }
}
const pbe = (scheme) => ['-legacy', '-keypbe', scheme, '-certpbe', scheme]
const openedByOpenssl = [
  byOpenssl('OpenSSL 3 as it comes', {}),
  byOpenssl('OpenSSL -legacy: RC2-40 and 3DES', { args: ['-legacy'] }),
  byOpenssl('PBE-SHA1-3DES', { args: pbe('PBE-SHA1-3DES') }),
  byOpenssl('PBE-SHA1-2DES', { args: pbe('PBE-SHA1-2DES') }),
  byOpenssl('PBE-SHA1-RC2-128', { args: pbe('PBE-SHA1-RC2-128') }),
  byOpenssl('PBE-SHA1-RC2-40', { args: pbe('PBE-SHA1-RC2-40') }),
  byOpenssl('PBE-SHA1-RC4-128', { args: pbe('PBE-SHA1-RC4-128'), ...unsupported }),
  byOpenssl('AES-128-CBC and AES-192-CBC', { args: ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-192-CBC'] }),
  byOpenssl('PBES2 with 3DES', { args: ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC'] }),
  byOpenssl('nothing encrypted', { args: ['-keypbe', 'NONE', '-certpbe', 'NONE'] }),
  byOpenssl('only the key encrypted', { args: ['-certpbe', 'NONE'] }),
  byOpenssl('no MAC', { args: ['-nomac'] }),
  byOpenssl('no MAC, old ciphers', { args: ['-nomac', '-legacy'] }),
  byOpenssl('neither encrypted nor with a MAC', { args: ['-nomac', '-keypbe', 'NONE', '-certpbe', 'NONE'] }),
  byOpenssl('MAC with SHA-1', { args: ['-macalg', 'sha1'] }),
  byOpenssl('MAC with SHA-384', { args: ['-macalg', 'sha384'] }),
  byOpenssl('MAC with SHA-512', { args: ['-macalg', 'sha512'] }),
  byOpenssl('MAC with SHA-224', { args: ['-macalg', 'sha224'], ...unsupported }),
  byOpenssl('MAC with MD5', { args: ['-macalg', 'md5'], ...unsupported }),
  byOpenssl('one round of the MAC', { args: ['-nomaciter'] }),
  byOpenssl('one round of everything', { args: ['-noiter', '-nomaciter'] }),
  byOpenssl('50,000 rounds', { args: ['-iter', '50000'] }),
  byOpenssl('a name for people', { args: ['-name', 'Schlüssel'], friendlyName: 'Schlüssel' }),
  byOpenssl('the empty password', { pass: '' }),
  byOpenssl('the empty password, old ciphers', { pass: '', args: ['-legacy'] }),
  byOpenssl('a password outside ASCII', { pass: 'pässwört €' }),
  byOpenssl('a password outside ASCII, old ciphers', { pass: 'pässwört €', args: ['-legacy'] }),
  byOpenssl('a password outside the BMP', { pass: 'key 🔑', args: ['-legacy'] }),
  byOpenssl('the chain in its order', { certfile: ['issuing', 'root'] }),
  byOpenssl('no chain', { certfile: ['p384'] }),
  byOpenssl('a chain without its middle', { certfile: ['root'], chain: [] }),
  byOpenssl('another issuer of the same name', { certfile: ['issuing-before', 'root', 'issuing'] }),
  byOpenssl('two certificates of the key', { certfile: ['p256-renewed'], decrypts: ['p256', 'p256'] }),
  byOpenssl('P-384', { of: 'p384' }),
  byOpenssl('P-521', { of: 'p521' }),
  byOpenssl('RSA', { of: 'rsa', args: ['-legacy'] }),
  byOpenssl('RSASSA-PSS', { of: 'rsa-pss', decrypts: [] }),
  byOpenssl('Ed25519', { of: 'ed25519', decrypts: [] }),
  byOpenssl('X25519', { of: 'x25519', signs: null }),
  byOpenssl('Ed448', { of: 'ed448', ...unsupported }),
  byOpenssl('a certificate without keyUsage', { of: 'any-use' }),
  byOpenssl('a CA', { of: 'issuing', certfile: ['root'], error: 'ERR_KEYS_USAGE' }),
  byOpenssl('certificates alone', { args: ['-nokeys'], error: 'ERR_KEYS_MISSING' }),
  byOpenssl('a key alone', { args: ['-nocerts'], error: 'ERR_KEYS_MISSING' }),
]

/** A database of NSS that holds these identities and their chain. */
function nssDatabase(names) {
  run('mkdir', ['-p', 'nss'])
  run('certutil', ['-N', '-d', 'sql:nss', '--empty-password'])
  for (const name of names) {
    certificates('root', 'issuing')
    const own = ['-inkey', `${name}.key`, '-in', `${name}.crt`, '-certfile', 'chain', '-name', name]
    openssl('pkcs12', '-export', ...own, '-passout', 'pass:x', '-out', 'in.p12')
    run('pk12util', ['-i', 'in.p12', '-d', 'sql:nss', '-W', 'x', '-K', ''])
  }
}
let nssIsMade = false
function byNss(comment, { of = 'p256', args = [], pass = password, ...more }) {
  const options = ['-o', 'out.p12', '-n', of, '-d', 'sql:nss', '-K', '', '-W', pass, ...args]
  return {
    comment,
    made: `pk12util ${options.map((option) => (/[ ()]|^$/.test(option) ? `'${option}'` : option)).join(' ')}`,
    password: pass,
    signs: of,
    decrypts: [of],
    chain: ['issuing', 'root'],
    ...more,
    make() {
      if (!nssIsMade) nssDatabase(['p256'])
      nssIsMade = true
      rmSync(at('out.p12'), { force: true })
      run('pk12util', options)
      return { pkcs12: readFileSync(at('out.p12')).toString('base64') }
    },
  }
}
const v2 = (cipher) => `PKCS #12 V2 PBE With SHA-1 And ${cipher}`
const openedByNss = [
  byNss('NSS as it comes', {}),
  byNss('NSS, 3DES and RC2-40', { args: ['-c', v2('3KEY Triple DES-CBC'), '-C', v2('40 Bit RC2 CBC')] }),
  byNss('NSS, AES-128-CBC and no encryption', { args: ['-c', 'AES-128-CBC', '-C', 'none'] }),
  byNss('NSS, Camellia', { args: ['-c', 'CAMELLIA-256-CBC', '-C', 'CAMELLIA-256-CBC'], ...unsupported }),
  byNss('NSS, MAC with SHA-512', { args: ['-M', 'SHA-512'] }),
  byNss('NSS, a password outside ASCII', { pass: 'pässwört €' }),
]

/** A key store of Java with entries for these identities. */
function byKeytool(comment, { of = ['p256'], options = {}, trusted, ...more }) {
  const settings = Object.entries(options).map(([name, value]) => `-J-Dkeystore.pkcs12.${name}=${value}`)
  return {
    comment,
    made: `keytool -importkeystore ${settings.join(' ')}`.trim(),
    password,
    signs: of[0],
    decrypts: of,
    chain: ['issuing', 'root'],
    ...more,
    make() {
      rmSync(at('store.p12'), { force: true })
      const store = ['-destkeystore', 'store.p12', '-deststoretype', 'PKCS12', '-deststorepass', password]
      for (const name of of) {
        certificates('root', 'issuing')
        const own = ['-inkey', `${name}.key`, '-in', `${name}.crt`, '-certfile', 'chain', '-name', name]
        openssl('pkcs12', '-export', ...own, '-passout', `pass:${password}`, '-out', 'in.p12')
        const source = ['-srckeystore', 'in.p12', '-srcstorepass', password]
        run('keytool', ['-importkeystore', '-noprompt', ...settings, ...source, ...store])
      }
      if (trusted) {
        const into = ['-keystore', 'store.p12', '-storepass', password]
        run('keytool', [
          '-importcert',
          '-noprompt',
          ...settings,
          '-alias',
          'trusted',
          '-file',
          `${trusted}.crt`,
          ...into,
        ])
      }
      return { pkcs12: readFileSync(at('store.p12')).toString('base64') }
    },
  }
}
const openedByJava = [
  byKeytool('Java as it comes', {}),
  byKeytool('Java, RSA', { of: ['rsa'] }),
  byKeytool('Java -Dkeystore.pkcs12.legacy', { options: { legacy: 'true' } }),
  byKeytool('Java without encryption of certificates and without MAC', {
    options: { certProtectionAlgorithm: 'NONE', macAlgorithm: 'NONE' },
  }),
  byKeytool('Java, a key for each use', { of: ['signing', 'decryption'], decrypts: ['decryption'] }),
  byKeytool('Java, several keys', { of: ['p384', 'p256', 'ed25519'], signs: 'ed25519', decrypts: ['p384', 'p256'] }),
  byKeytool('Java, a trusted certificate beside the key', { trusted: 'p384' }),
]

/** What gpgsm exports, of a key that it imported. */
const openedByGpgsm = {
  comment: 'gpgsm',
  made: 'gpgsm --export-secret-key-p12',
  password,
  signs: 'rsa',
  decrypts: ['rsa'],
  chain: [],
  make() {
    const home = at('gnupg')
    mkdirSync(home, { mode: 0o700 })
    writeFileSync(join(home, 'gpgsm.conf'), 'disable-crl-checks\ndisable-dirmngr\n')
    writeFileSync(join(home, 'gpg-agent.conf'), 'allow-loopback-pinentry\n')
    const own = ['-inkey', 'rsa.key', '-in', 'rsa.crt', '-legacy', '-passout', `pass:${password}`]
    openssl('pkcs12', '-export', ...own, '-out', 'in.p12')
    const gpgsm = (...args) => {
      const batch = ['--homedir', home, '--batch', '--pinentry-mode', 'loopback', '--passphrase-fd', '0']
      return execFileSync('gpgsm', [...batch, ...args], { cwd: work, input: `${password}\n`, stdio: 'pipe' })
    }
    try {
      gpgsm('--import', 'in.p12')
      return { pkcs12: gpgsm('--export-secret-key-p12', '/CN=rsa,O=Keys Example').toString('base64') }
    } finally {
      run('gpgconf', ['--homedir', home, '--kill', 'gpg-agent'])
    }
  },
}

table('pkcs12.json', [...openedByOpenssl, ...openedByNss, ...openedByJava, openedByGpgsm])

/** Values of the key derivation, which `openssl kdf` gives without a file around them. */
const derivations = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'].flatMap((digest) =>
  [
    { id: 1, purpose: 'key', length: 24, iterations: 1, password: 'smeg', salt: '0a58cf64530d823f' },
    { id: 1, purpose: 'key', length: 130, iterations: 3, password: 'queeg', salt: '05dec959acff72f7' },
    { id: 2, purpose: 'iv', length: 8, iterations: 1000, password: 'smeg', salt: '642b99ab44fb4b1f' },
    { id: 3, purpose: 'mac', length: 64, iterations: 2048, password: 'pässwört €', salt: '00'.repeat(70) },
    { id: 3, purpose: 'mac', length: 20, iterations: 2, password: 'p'.repeat(100), salt: '263216fcc2fab31c' },
  ].map(({ id, ...row }) => ({
    comment: `${digest}, ${row.length} octets for the ${row.purpose} in ${row.iterations} rounds`,
    digest,
    ...row,
    make() {
      const bmp = Buffer.from(`${row.password}\0`, 'utf16le').swap16().toString('hex')
      const settings = { digest: digest.replace('-', ''), hexpass: bmp, hexsalt: row.salt, iter: row.iterations, id }
      const options = Object.entries(settings).flatMap(([name, value]) => ['-kdfopt', `${name}:${value}`])
      const printed = openssl('kdf', '-keylen', String(row.length), ...options, 'PKCS12KDF').toString()
      return { derived: printed.replace(/[^0-9A-F]/g, '').toLowerCase() }
    },
  })),
)
table('key-derivation.json', derivations)

rmSync(work, { recursive: true })
