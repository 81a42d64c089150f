import { type DerNode, der, type Element, elementsOf, parseAsn1, tags } from '../asn1/index.js'
import {
  type AlgorithmIdentifier,
  type ContentCipherName,
  contentCipherOf,
  contentCiphers,
  parseAlgorithmIdentifier,
} from '../crypto/index.js'
import { DirectError, unlessThrown } from '../errors/index.js'
import type { Certificate } from '../x509/index.js'
import { type Attribute, attribute, attributeTypes, singleValue } from './attributes.js'

/** More capabilities than any program has. */
const maxCapabilities = 64

/** Tells the recipient which ciphers may be used in answer, best first. @see RFC 8551 §2.5.2 */
export function smimeCapabilities(ciphers: readonly ContentCipherName[]): DerNode {
  const capabilities = ciphers.map((name) => der.sequence(der.oid(contentCiphers[name].oid)))
  return attribute('smimeCapabilities', der.sequence(...capabilities))
}

/**
 * What a signer says that it reads, best first: ciphers, and algorithms of every other kind.
 *
 * It is a wish and no promise. An attribute that is malformed, or there twice, says nothing; the signature may be right.
 *
 * @see RFC 8551 §2.5.2
 */
export function readSmimeCapabilities(attributes: readonly Attribute[]): readonly AlgorithmIdentifier[] {
  const read = unlessThrown(DirectError, () => parseCapabilities(singleValue(attributes, 'smimeCapabilities')))
  return read ?? []
}

/** The same as its certificate says it, when that does. @see RFC 4262 §2 */
export function certificateCapabilities({ extensions }: Certificate): readonly AlgorithmIdentifier[] {
  const extension = extensions.find(({ oid }) => oid === attributeTypes.smimeCapabilities)
  return (extension && unlessThrown(DirectError, () => parseCapabilities(parseAsn1(extension.value)))) ?? []
}

function parseCapabilities(element: Element | undefined): readonly AlgorithmIdentifier[] {
  const capabilities = element ? elementsOf(element, tags.sequence) : []
  return capabilities.slice(0, maxCapabilities).map(parseAlgorithmIdentifier)
}

/** The ciphers among them, in their order. One key length is one cipher: that of RC2 stands in parameters, and is unknown. */
export function cipherCapabilities(capabilities: readonly AlgorithmIdentifier[]): readonly ContentCipherName[] {
  return capabilities.flatMap((capability) => contentCipherOf(capability)?.name ?? [])
}
