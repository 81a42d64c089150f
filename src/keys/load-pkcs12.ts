import {
  Asn1Error,
  context,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  onlyChild,
  parseAsn1,
  readOctets,
  readOid,
  readSmallInteger,
  readText,
  tags,
} from '../asn1/index.js'
import { contentTypes } from '../cms/index.js'
import { type CryptoProvider, hostCrypto, type PrivateKeyInfo, parseAlgorithmIdentifier } from '../crypto/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Certificate, parseCertificate, X509Error } from '../x509/index.js'
import { asKeyError, KeyError } from './errors.js'
import { decryptWithPassphrase, type KeyLimits, type Passphrase, passphraseOf } from './password-encryption.js'
import { decodePem, isDer } from './pem.js'
import { parseEncryptedPrivateKey, parsePkcs8 } from './pkcs8.js'
import { checkMac, parseMacData } from './pkcs12-mac.js'
import { bagTypes, encryptedData, pkcs9, x509CertificateType } from './pkcs12-oids.js'

/** What a PKCS#12 file holds, in the order of the file. */
export interface Pkcs12 {
  readonly keys: readonly Pkcs12Key[]
  /** Those that cannot be read are left out. */
  readonly certificates: readonly Pkcs12Certificate[]
}

export interface Pkcs12Key extends BagAttributes {
  readonly privateKey: PrivateKeyInfo
}

export interface Pkcs12Certificate extends BagAttributes {
  readonly certificate: Certificate
}

interface BagAttributes {
  /** What a writer shows to people. */
  readonly friendlyName?: string
  /** The same for a key and for its certificate. */
  readonly localKeyId?: Uint8Array
}

export interface LoadPkcs12Options {
  /** Without one the empty password is tried. */
  readonly password?: string
  readonly limits?: KeyLimits
  /** Default: the host's own. */
  readonly crypto?: CryptoProvider
}

/** Safes and bags in all; real files have about ten. */
const maxParts = 1000
/** Each is tried with each certificate. */
const maxKeys = 64
const maxBytes = 0x100_0000

type Mutable = { keys: Pkcs12Key[]; certificates: Pkcs12Certificate[] }

/**
 * Opens a PKCS#12 file, in DER, BER, or PEM with the label PKCS12: the keys and certificates, however they are encrypted.
 *
 * Nothing is matched here: {@link loadIdentity} does that. Where there is a MAC it is checked first; a file without one
 * is read all the same, as its keys are protected by their encryption alone. CRLs and secrets of other kinds are skipped.
 *
 * @throws {@link KeyError} `ERR_KEYS_PASSWORD` when the password is wrong or the file damaged, `ERR_KEYS_ENCRYPTED` when it
 *   needs one and none was given, `ERR_KEYS_LIMIT` when it asks for more work than allowed, `ERR_KEYS_UNSUPPORTED` for
 *   files that are signed or encrypted to a public key, and for ciphers that are left out, `ERR_KEYS_MALFORMED`.
 * @see RFC 7292 §4
 */
export async function loadPkcs12(input: Uint8Array | string, options: LoadPkcs12Options = {}): Promise<Pkcs12> {
  const { crypto = hostCrypto() } = options
  const passphrase = passphraseOf({ ...options, crypto })
  try {
    const { content, macData } = parsePfx(derOf(input))
    const checked = macData ? await checkMac(passphrase, parseMacData(macData), content) : passphrase
    const opened: Mutable = { keys: [], certificates: [] }
    const reader = { passphrase: checked, opened, left: maxParts }
    for (const safe of elementsOf(parse(content), tags.sequence)) await readSafe(safe, reader)
    return opened
  } catch (error) {
    throw asKeyError(error, 'PKCS#12')
  }
}

function derOf(input: Uint8Array | string): Uint8Array {
  if (isDer(input)) return input
  const block = decodePem(input).find(({ label }) => label === 'PKCS12')
  if (!block) throw new KeyError('ERR_KEYS_MISSING', 'no PKCS#12 in what was given')
  return block.bytes
}

function parse(bytes: Uint8Array): Element {
  return parseAsn1(bytes, { limits: { maxBytes } })
}

const pfxVersion = 3

/** @see RFC 7292 §4 (PFX) */
function parsePfx(bytes: Uint8Array): { readonly content: Uint8Array; readonly macData: Element | undefined } {
  const fields = fieldsOf(parse(bytes))
  const version = readSmallInteger(fields.next(tags.integer))
  if (version !== pfxVersion) throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a PKCS#12 in a version that is unknown')
  const { contentType, content } = parseContentInfo(fields.next(tags.sequence))
  const macData = fields.optional(tags.sequence)
  fields.end()
  if (contentType !== contentTypes.data) throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a PKCS#12 that is signed')
  return { content: octetsIn(content), macData }
}

function parseContentInfo(element: Element): { readonly contentType: Oid; readonly content: Element } {
  const fields = fieldsOf(element)
  const contentType = readOid(fields.next(tags.oid))
  const content = fields.next(context(0))
  fields.end()
  return { contentType, content }
}

/** What an OCTET STRING under an explicit `[0]` holds. */
function octetsIn(wrapper: Element): Uint8Array {
  const fields = fieldsOf(wrapper, context(0))
  const octets = readOctets(fields.next(tags.octetString))
  fields.end()
  return octets
}

/** The state of one reading: what has been found, and how many more parts are taken. */
interface Reader {
  readonly passphrase: Passphrase
  readonly opened: Mutable
  left: number
}

function countPart(reader: Reader): void {
  if (--reader.left < 0) throw new KeyError('ERR_KEYS_LIMIT', `a PKCS#12 of more than ${maxParts} parts`)
}

/** @see RFC 7292 §4.1 (AuthenticatedSafe) */
async function readSafe(element: Element, reader: Reader): Promise<void> {
  countPart(reader)
  const { contentType, content } = parseContentInfo(element)
  if (contentType === contentTypes.data) return readBags(parse(octetsIn(content)), reader)
  if (contentType !== encryptedData) {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a PKCS#12 that is encrypted to a public key')
  }
  const outer = fieldsOf(onlyChild(content))
  outer.next(tags.integer)
  const fields = fieldsOf(outer.next(tags.sequence))
  fields.next(tags.oid)
  const algorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encrypted = fields.optional(context(0))
  const data = encrypted ? readOctets(encrypted) : new Uint8Array()
  return readBags(await decryptWithPassphrase(reader.passphrase, algorithm, data, parse), reader)
}

/** @see RFC 7292 §4.2 (SafeContents) */
async function readBags(safeContents: Element, reader: Reader): Promise<void> {
  for (const bag of elementsOf(safeContents, tags.sequence)) {
    countPart(reader)
    const fields = fieldsOf(bag)
    const type = readOid(fields.next(tags.oid))
    const value = onlyChild(fields.next(context(0)))
    const attributes = parseAttributes(fields.optional(tags.set))
    fields.end()
    await bagReaders.get(type)?.(value, attributes, reader)
  }
}

type BagReader = (value: Element, attributes: BagAttributes, reader: Reader) => Promise<void>

/** Bags of other kinds hold CRLs and secrets, which are no part of an identity. */
const bagReaders: ReadonlyMap<Oid, BagReader> = new Map<Oid, BagReader>([
  [bagTypes.key, readKeyBag],
  [bagTypes.pkcs8ShroudedKey, readShroudedKeyBag],
  [bagTypes.certificate, readCertificateBag],
  [bagTypes.safeContents, (value, _, reader) => readBags(value, reader)],
])

async function readKeyBag(value: Element, attributes: BagAttributes, { opened }: Reader): Promise<void> {
  keep({ privateKey: parsePkcs8(value), ...attributes }, opened)
}

function keep(key: Pkcs12Key, { keys }: Mutable): void {
  if (keys.length === maxKeys) throw new KeyError('ERR_KEYS_LIMIT', `a PKCS#12 of more than ${maxKeys} keys`)
  keys.push(key)
}

async function readShroudedKeyBag(
  value: Element,
  attributes: BagAttributes,
  { opened, passphrase }: Reader,
): Promise<void> {
  const { algorithm, encryptedData } = parseEncryptedPrivateKey(value)
  const privateKey = await decryptWithPassphrase(passphrase, algorithm, encryptedData, (plain) =>
    parsePkcs8(parse(plain)),
  )
  keep({ privateKey, ...attributes }, opened)
}

async function readCertificateBag(value: Element, attributes: BagAttributes, { opened }: Reader): Promise<void> {
  const fields = fieldsOf(value)
  const type = readOid(fields.next(tags.oid))
  if (type !== x509CertificateType) return
  const bytes = octetsIn(fields.next(context(0)))
  // One that cannot be read does not spoil the others: that of the key may be among them.
  const certificate = unlessThrown(X509Error, () => parseCertificate(bytes))
  if (certificate) opened.certificates.push({ certificate, ...attributes })
}

/** @see RFC 2985 §5.5.1 (friendlyName), §5.5.2 (localKeyId) */
function parseAttributes(set: Element | undefined): BagAttributes {
  const values = new Map<Oid, Element>()
  for (const attribute of set ? elementsOf(set, tags.set) : []) {
    const fields = fieldsOf(attribute)
    const type = readOid(fields.next(tags.oid))
    const [value] = elementsOf(fields.next(tags.set), tags.set)
    if (value) values.set(type, value)
  }
  const nameElement = values.get(pkcs9.friendlyName)
  // A name that cannot be read is no reason to leave a key unread.
  const friendlyName = nameElement && unlessThrown(Asn1Error, () => readText(nameElement))
  const localKeyId = values.get(pkcs9.localKeyId)
  return {
    ...(friendlyName !== undefined && { friendlyName }),
    ...(localKeyId && { localKeyId: readOctets(localKeyId) }),
  }
}
