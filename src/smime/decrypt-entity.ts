import {
  CmsError,
  type DecryptionPorts,
  decryptEnvelopedData,
  parseEnvelopedData,
  type Recipient,
} from '../cms/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Entity, MimeError, type MimeLimits, parseEntity } from '../mime/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { contentTypeOf, pkcs7Body } from './pkcs7.js'
import { type EnvelopeProblem, failed, passed } from './reasons.js'

export interface DecryptedEntity {
  /** What was inside: usually a signed entity. Nobody has vouched for it yet. */
  readonly entity: Entity
  /** Those of the given certificates to which it was encrypted (AS-61). */
  readonly certificates: readonly Certificate[]
}

/**
 * Opens an encrypted entity with the keys at hand.
 *
 * @throws whatever a {@link Decrypter} throws: the key could not be reached.
 * @see RFC 8551 §3.3
 */
export async function decryptEntity(
  entity: Entity,
  recipients: readonly Recipient[],
  ports: DecryptionPorts & { readonly limits?: Partial<MimeLimits> },
): Promise<Verdict<DecryptedEntity, EnvelopeProblem>> {
  const bytes = pkcs7Body(entity)
  if (!bytes) return no('not-encrypted')
  const contentType = contentTypeOf(bytes)
  if (contentType === 'signedData' || contentType === 'compressedData') return no('not-encrypted')
  const enveloped = unlessThrown(CmsError, () => parseEnvelopedData(bytes))
  if (!enveloped) return no('malformed')

  const opened = await decryptEnvelopedData(enveloped, recipients, ports)
  if (!opened.ok) {
    return refuse('not-decryptable', [failed('not-decryptable', undefined, opened.explanation.steps)])
  }
  const inner = unlessThrown(MimeError, () => parseEntity(opened.content, ports.limits))
  if (!inner) return no('malformed')
  const { certificates, explanation } = opened
  return accept({ entity: inner, certificates }, [passed('decrypted', undefined, explanation.steps)])
}

function no(code: EnvelopeProblem): Verdict<DecryptedEntity, EnvelopeProblem> {
  return refuse(code, [failed(code)])
}
