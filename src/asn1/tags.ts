/**
 * A tag: its class and number, without the bit that says "constructed" (X.690 §8.1.2).
 *
 * For numbers below 31 it is the identifier octet with that bit cleared, so SEQUENCE is `0x10` and `[0]` is `0x80`.
 * Larger numbers stand above the octet: `number * 256 + (class | 0x1f)`.
 */
export type Tag = number

/** The universal tags (X.680 §8.6). */
export const tags: Readonly<{
  endOfContents: Tag
  boolean: Tag
  integer: Tag
  bitString: Tag
  octetString: Tag
  null: Tag
  oid: Tag
  enumerated: Tag
  utf8String: Tag
  sequence: Tag
  set: Tag
  numericString: Tag
  printableString: Tag
  teletexString: Tag
  ia5String: Tag
  utcTime: Tag
  generalizedTime: Tag
  visibleString: Tag
  universalString: Tag
  bmpString: Tag
}> = {
  endOfContents: 0x00,
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x10,
  set: 0x11,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
}

/** The context-specific tag `[number]`, for numbers below 31. */
export function context(number: number): Tag {
  return 0x80 | number
}
