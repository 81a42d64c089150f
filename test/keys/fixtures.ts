import { type DerNode, der } from '../../src/asn1/index.js'
import { loadCertificates, parsePrivateKey } from '../../src/keys/index.js'
import identities from '../../vectors/keys/identities.json' with { type: 'json' }

export const pemOf = (name: string) => identities.find(({ comment }) => comment === name)!
export const certificateOf = (name: string) => loadCertificates(pemOf(name).certificate)[0]!
export const keyOf = (name: string) => parsePrivateKey(pemOf(name).key)

const oids = { data: '1.2.840.113549.1.7.1', localKeyId: '1.2.840.113549.1.9.21' } as const

export function contentInfo(content: DerNode, type: string = oids.data): DerNode {
  return der.sequence(der.oid(type), der.explicit(0, content))
}

/** One bag: its type is the last arc of the identifier. */
export function bag(type: number, value: DerNode, attributes: readonly DerNode[] = []): DerNode {
  const set = attributes.length > 0 ? [der.setOf(attributes)] : []
  return der.sequence(der.oid(`1.2.840.113549.1.12.10.1.${type}`), der.explicit(0, value), ...set)
}

export function localKeyId(...octets: readonly number[]): DerNode {
  return der.sequence(der.oid(oids.localKeyId), der.setOf([der.octetString(Uint8Array.from(octets))]))
}

export const keyBag = (name: string, ...attributes: readonly DerNode[]) => bag(1, keyOf(name).bytes, attributes)

export function certificateBag(name: string, ...attributes: readonly DerNode[]): DerNode {
  const bytes = der.explicit(0, der.octetString(certificateOf(name).bytes))
  return bag(3, der.sequence(der.oid('1.2.840.113549.1.9.22.1'), bytes), attributes)
}

/** A file without encryption and without a MAC. */
export function pfx(bags: readonly DerNode[], version = 3): Uint8Array {
  return pfxOfSafes([contentInfo(der.octetString(der.sequence(...bags)))], version)
}

export function pfxOfSafes(safes: readonly DerNode[], version = 3): Uint8Array {
  return der.encode(der.sequence(der.integer(version), contentInfo(der.octetString(der.sequence(...safes)))))
}
