import type { Element } from './element.js'
import { Asn1Error } from './errors.js'
import { type Tag, tags } from './tags.js'

/** Walks the fields of a SEQUENCE in order. */
export interface Fields {
  /** The next field; with a tag, it must have that one. */
  next(tag?: Tag): Element
  /** The next field if it has one of these tags, and nothing otherwise: OPTIONAL and DEFAULT. */
  optional(...any: readonly Tag[]): Element | undefined
  /** Says that no field is left. Structures that may grow leave it out. */
  end(): void
}

/**
 * Opens a SEQUENCE for reading field by field. The tag may be another one when the SEQUENCE is implicitly tagged.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_UNEXPECTED_TAG` when the element is something else.
 */
export function fieldsOf(element: Element, tag: Tag = tags.sequence): Fields {
  const fields = elementsOf(element, tag)
  let position = 0
  return {
    next(wanted) {
      const field = fields[position]
      if (!field) throw new Asn1Error('ERR_ASN1_MISSING', 'a field is missing', element.offset)
      if (wanted !== undefined && field.tag !== wanted) throw unexpected(field)
      position++
      return field
    },
    optional(...any) {
      const field = fields[position]
      if (!field || !any.includes(field.tag)) return undefined
      position++
      return field
    },
    end() {
      const field = fields[position]
      if (field) throw unexpected(field)
    },
  }
}

/**
 * The members of a SEQUENCE OF, a SET OF, or what an implicit tag made of them.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_UNEXPECTED_TAG` when the element has another tag or is primitive.
 */
export function elementsOf(element: Element, tag: Tag): readonly Element[] {
  if (element.tag !== tag || !element.constructed) throw unexpected(element)
  return element.children
}

/**
 * What an explicit tag, or any wrapper with a single member, holds.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_MISSING` when it holds nothing, or more than one thing.
 */
export function onlyChild(element: Element): Element {
  const [child, ...others] = element.children
  if (!child || others.length > 0) {
    throw new Asn1Error('ERR_ASN1_MISSING', 'exactly one element must be inside', element.offset)
  }
  return child
}

function unexpected(element: Element): Asn1Error {
  const form = element.constructed ? 'constructed' : 'primitive'
  return new Asn1Error(
    'ERR_ASN1_UNEXPECTED_TAG',
    `an element of another kind: ${form}, tag 0x${element.tag.toString(16)}`,
    element.offset,
  )
}
