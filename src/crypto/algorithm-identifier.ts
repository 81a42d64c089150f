import { Asn1Error, type DerNode, der, type Element, fieldsOf, type Oid, readOid, tags } from '../asn1/index.js'

/** The name of an algorithm, with what it needs to know. */
export interface AlgorithmIdentifier {
  readonly algorithm: Oid
  /** The encoding of the parameters, byte for byte as received; absent when the field is. */
  readonly parameters?: Uint8Array
}

/**
 * Reads an AlgorithmIdentifier. The parameters are kept as they are: whoever knows the algorithm reads them.
 *
 * @throws Asn1Error when it has another shape.
 * @see RFC 5280 §4.1.1.2
 */
export function parseAlgorithmIdentifier(element: Element): AlgorithmIdentifier {
  const algorithm = readOid(fieldsOf(element).next(tags.oid))
  const [, parameters, extra] = element.children
  if (extra) throw new Asn1Error('ERR_ASN1_UNEXPECTED_TAG', 'more than an algorithm and its parameters', extra.offset)
  return parameters ? { algorithm, parameters: parameters.bytes } : { algorithm }
}

/** Writes an AlgorithmIdentifier with the parameters it was given. */
export function algorithmIdentifier(id: AlgorithmIdentifier): DerNode {
  return der.sequence(der.oid(id.algorithm), ...(id.parameters ? [id.parameters] : []))
}

/**
 * Whether the parameters say nothing: absent, or NULL. Readers take the one for the other (RFC 5754 §2, RFC 4055 §5);
 * anything else is not the algorithm that the identifier names.
 */
export function hasNoParameters({ parameters }: AlgorithmIdentifier): boolean {
  return parameters === undefined || (parameters.length === 2 && parameters[0] === tags.null && parameters[1] === 0)
}
