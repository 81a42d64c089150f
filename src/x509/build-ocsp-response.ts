import { type DerNode, der } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { algorithmIdentifier, type Signer } from '../crypto/index.js'
import { type CertID, certId } from './cert-id.js'
import { ocspOids } from './ocsp-oids.js'
import { nonceExtension } from './ocsp-request.js'
import { type OcspRefusal, refusals } from './ocsp-response.js'
import { type CrlReason, crlReasons } from './revocation-reasons.js'

/** What an answer is to say. Names and certificates are DER. Times are in milliseconds since 1970. */
export interface OcspResponseDraft {
  /** The subject of the certificate whose key signs, or the SHA-1 digest of that key. */
  readonly responderID: { readonly byName: DerNode } | { readonly byKey: Uint8Array }
  readonly producedAt: number
  readonly responses: readonly SingleResponseDraft[]
  readonly nonce?: Uint8Array
  /** That of a responder who is not the issuer. */
  readonly certificates?: readonly Uint8Array[]
  /** Further extensions, each an Extension in DER. */
  readonly extensions?: readonly DerNode[]
}

export interface SingleResponseDraft {
  readonly certID: CertID
  readonly certStatus: 'good' | 'unknown' | { readonly revocationTime: number; readonly reason?: CrlReason }
  readonly thisUpdate: number
  readonly nextUpdate?: number
  /** Further extensions, each an Extension in DER. */
  readonly extensions?: readonly DerNode[]
}

/**
 * Writes an answer and has it signed, as a responder does.
 *
 * @returns DER: the body of a response with the type `application/ocsp-response`.
 * @throws Asn1Error `ERR_ASN1_VALUE` for a time that cannot be written.
 * @see RFC 6960 §4.2.1
 */
export async function buildOcspResponse(draft: OcspResponseDraft, signer: Signer): Promise<Bytes> {
  const { responderID, nonce, certificates = [], extensions = [] } = draft
  const responder =
    'byName' in responderID ? der.explicit(1, responderID.byName) : der.explicit(2, der.octetString(responderID.byKey))
  const tbs = der.encode(
    der.sequence(
      responder,
      der.generalizedTime(draft.producedAt),
      der.sequence(...draft.responses.map(singleResponse)),
      ...extensionList([...(nonce ? [nonceExtension(nonce)] : []), ...extensions]),
    ),
  )
  const basic = der.sequence(
    tbs,
    algorithmIdentifier(signer.signatureAlgorithm),
    der.bitString(await signer.sign(tbs)),
    ...(certificates.length > 0 ? [der.explicit(0, der.sequence(...certificates))] : []),
  )
  const content = der.sequence(der.oid(ocspOids.basicResponse), der.octetString(basic))
  return der.encode(der.sequence(der.enumerated(0), der.explicit(0, content)))
}

/** Writes that there is no answer. It is signed by nobody. */
export function buildOcspRefusal(responseStatus: OcspRefusal): Bytes {
  return der.encode(der.sequence(der.enumerated(refusals.indexOf(responseStatus))))
}

function singleResponse(draft: SingleResponseDraft): DerNode {
  return der.sequence(
    certId(draft.certID),
    status(draft.certStatus),
    der.generalizedTime(draft.thisUpdate),
    ...(draft.nextUpdate === undefined ? [] : [der.explicit(0, der.generalizedTime(draft.nextUpdate))]),
    ...extensionList(draft.extensions ?? []),
  )
}

function status(certStatus: SingleResponseDraft['certStatus']): DerNode {
  if (certStatus === 'good') return der.implicit(0, der.nul())
  if (certStatus === 'unknown') return der.implicit(2, der.nul())
  const { revocationTime, reason } = certStatus
  const why = reason ? [der.explicit(0, der.enumerated(crlReasons.indexOf(reason)))] : []
  return der.implicit(1, der.sequence(der.generalizedTime(revocationTime), ...why))
}

function extensionList(extensions: readonly DerNode[]): readonly DerNode[] {
  return extensions.length > 0 ? [der.explicit(1, der.sequence(...extensions))] : []
}
