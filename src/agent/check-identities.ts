import type { Decrypter, Signer } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import type { Certificate } from '../x509/index.js'
import type { JudgeAsPeer } from './check-chain.js'
import { datesOf, isValid, newestOf, second, type Window } from './check-dates.js'
import { tryDecryption, trySigning } from './check-keys.js'
import { finding, type Remark } from './check-reasons.js'
import { inBatches } from './in-batches.js'
import type { Ports } from './ports.js'

export interface OwnSigners {
  /** All that may sign now; the first one does. */
  readonly credentials: readonly Credential<Signer>[]
  /** The certificate that signs now, and the one that will when it has expired. */
  readonly inTurn: readonly Certificate[]
}

/** Who signs for an address. What takes its turn later is asked for when that is within the window. */
export async function signersOf(address: string, window: Window, { identities }: Ports): Promise<OwnSigners> {
  const signers = async (at: number) =>
    (await identities.find({ address, use: 'signing', at })).flatMap(({ signing }) => signing ?? [])
  const credentials = await signers(window.at)
  const inTurn = credentials.slice(0, 1).map(({ certificate }) => certificate)
  const ending = inTurn.find(({ notAfter }) => notAfter <= window.until)
  const next = ending ? await signers(ending.notAfter + second) : []
  return { credentials, inTurn: [...inTurn, ...next.slice(0, 1).map(({ certificate }) => certificate)] }
}

/** All that opens mail for an address. */
export async function decryptersOf(
  address: string,
  { identities, at }: Ports,
): Promise<readonly Credential<Decrypter>[]> {
  const found = await identities.find({ address, use: 'decryption', at })
  return found.flatMap(({ decryption }) => decryption)
}

/** Tries every key that signs, and judges the one that does now. */
export async function checkSigners(
  address: string,
  { credentials, inTurn }: OwnSigners,
  judge: JudgeAsPeer,
  window: Window,
  ports: Ports,
): Promise<readonly Remark[]> {
  const [current] = credentials
  if (!current) return [finding('no-signing-key', { address })]
  const { certificate, chain } = current
  return [
    ...datesOf(inTurn, window),
    ...(await inBatches(credentials, (credential) => trySigning(credential, ports))),
    ...(isValid(certificate, window.at) ? (await judge(certificate, chain, 'signing')).remarks : []),
  ]
}

/** Tries every key that opens mail, those of expired certificates too, and judges the newest certificate. */
export async function checkDecrypters(
  address: string,
  credentials: readonly Credential<Decrypter>[],
  judge: JudgeAsPeer,
  window: Window,
  ports: Ports,
): Promise<readonly Remark[]> {
  if (credentials.length === 0) return [finding('no-decryption-key', { address })]
  const certificates = credentials.map(({ certificate }) => certificate)
  const newest = newestOf(certificates.filter((certificate) => isValid(certificate, window.at)))
  return [
    ...datesOf(certificates, window),
    ...(await inBatches(credentials, (credential) => tryDecryption(credential, ports))),
    // Peers have nothing beside what is published.
    ...(newest ? (await judge(newest, [], 'encryption')).remarks : []),
  ]
}
