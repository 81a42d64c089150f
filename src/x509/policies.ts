import {
  context,
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { X509Error } from './errors.js'

/** That a policy of the issuer is as good as one of the subject. @see RFC 5280 §4.2.1.5 */
export interface PolicyMapping {
  readonly issuerDomainPolicy: Oid
  readonly subjectDomainPolicy: Oid
}

/** How many certificates later a path must have a policy, or may not map any. @see RFC 5280 §4.2.1.11 */
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

/** The policies alone: qualifiers are for people. @throws when one is there twice (RFC 5280 §4.2.1.4). */
export function parseCertificatePolicies(element: Element): readonly Oid[] {
  const policies = elementsOf(element, tags.sequence).map((policy) => readOid(fieldsOf(policy).next(tags.oid)))
  if (policies.length === 0 || new Set(policies).size < policies.length) {
    throw new X509Error('ERR_X509_MALFORMED', 'no policy, or one that is there twice')
  }
  return policies
}

export function certificatePolicies(policies: readonly Oid[]): DerNode {
  return der.sequence(...policies.map((policy) => der.sequence(der.oid(policy))))
}

export function parsePolicyMappings(element: Element): readonly PolicyMapping[] {
  return elementsOf(element, tags.sequence).map((mapping) => {
    const fields = fieldsOf(mapping)
    const issuerDomainPolicy = readOid(fields.next(tags.oid))
    const subjectDomainPolicy = readOid(fields.next(tags.oid))
    fields.end()
    return { issuerDomainPolicy, subjectDomainPolicy }
  })
}

export function policyMappings(mappings: readonly PolicyMapping[]): DerNode {
  return der.sequence(
    ...mappings.map(({ issuerDomainPolicy, subjectDomainPolicy }) =>
      der.sequence(der.oid(issuerDomainPolicy), der.oid(subjectDomainPolicy)),
    ),
  )
}

export function parsePolicyConstraints(element: Element): PolicyConstraints {
  const fields = fieldsOf(element)
  const require = fields.optional(context(0))
  const inhibit = fields.optional(context(1))
  fields.end()
  return {
    ...(require && { requireExplicitPolicy: readSmallInteger(require) }),
    ...(inhibit && { inhibitPolicyMapping: readSmallInteger(inhibit) }),
  }
}

export function policyConstraints({ requireExplicitPolicy, inhibitPolicyMapping }: PolicyConstraints): DerNode {
  const field = (number: number, value: number | undefined) =>
    value === undefined ? [] : [der.implicit(number, der.integer(value))]
  return der.sequence(...field(0, requireExplicitPolicy), ...field(1, inhibitPolicyMapping))
}
