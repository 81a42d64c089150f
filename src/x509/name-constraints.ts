import {
  context,
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { X509Error } from './errors.js'
import { type GeneralName, generalName, parseGeneralName } from './general-name.js'

/** Names that lie below one name; of an IP address the octets are those of the address and then those of the mask. */
export interface GeneralSubtree {
  readonly base: GeneralName
}

/** What a certification authority may give names to, and what not. @see RFC 5280 §4.2.1.10 */
export interface NameConstraints {
  readonly permittedSubtrees: readonly GeneralSubtree[]
  readonly excludedSubtrees: readonly GeneralSubtree[]
}

/**
 * @throws {@link X509Error} `ERR_X509_MALFORMED` when nothing is constrained, for an empty list of permitted names, a form
 *   of name that is not known, and a distance between base and name, which the standard does not use: what cannot be
 *   understood must not be passed over.
 */
export function parseNameConstraints(element: Element): NameConstraints {
  const fields = fieldsOf(element)
  const permitted = fields.optional(context(0))
  const excluded = fields.optional(context(1))
  fields.end()
  const permittedSubtrees = permitted ? elementsOf(permitted, context(0)).map(parseSubtree) : []
  const excludedSubtrees = excluded ? elementsOf(excluded, context(1)).map(parseSubtree) : []
  // Bent: some write an empty list beside the one they mean. Nobody knows what an empty list of permitted names permits.
  if ((permitted ? permittedSubtrees : excludedSubtrees).length === 0) {
    throw new X509Error('ERR_X509_MALFORMED', 'name constraints that constrain nothing')
  }
  return { permittedSubtrees, excludedSubtrees }
}

function parseSubtree(element: Element): GeneralSubtree {
  const fields = fieldsOf(element, tags.sequence)
  const base = parseGeneralName(fields.next())
  const minimum = fields.optional(context(0))
  fields.end()
  const distance = minimum ? readSmallInteger(minimum) : 0
  if (!base || distance !== 0) throw new X509Error('ERR_X509_MALFORMED', 'a name constraint that is not known')
  return { base }
}

export function nameConstraints({ permittedSubtrees, excludedSubtrees }: NameConstraints): DerNode {
  const subtrees = (number: number, list: readonly GeneralSubtree[]) =>
    list.length > 0
      ? [der.implicit(number, der.sequence(...list.map(({ base }) => der.sequence(generalName(base)))))]
      : []
  return der.sequence(...subtrees(0, permittedSubtrees), ...subtrees(1, excludedSubtrees))
}
