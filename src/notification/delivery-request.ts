/** The option by which a sender asks to be told of final delivery, and the field by which it is answered (DN-1, DN-11). */
export const finalDestinationDelivery = 'X-DIRECT-FINAL-DESTINATION-DELIVERY'

/**
 * The header fields that ask for a notification of final delivery (DN-1, DN-4).
 *
 * @param address - where the notification goes: the sender's own address.
 */
export function deliveryRequestFields(address: string): readonly (readonly [name: string, body: string])[] {
  return [
    ['Disposition-Notification-To', address],
    ['Disposition-Notification-Options', `${finalDestinationDelivery}=optional,true`],
  ]
}

/** One parameter of Disposition-Notification-Options. @see RFC 8098 §2.2 */
export interface DispositionNotificationOption {
  /** As written; case does not count. */
  readonly attribute: string
  readonly importance: 'required' | 'optional'
  /** One or more, without their quotes. */
  readonly values: readonly string[]
}

const atom = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]+"
// An attribute ends at the first "=", though atoms may hold one.
const attribute = "[A-Za-z0-9!#$%&'*+\\-/?^_`{|}~]+"
const word = `(?:${atom}|"(?:[^"\\\\]|\\\\.)*")`
const parameter = new RegExp(`^\\s*(${attribute})\\s*=\\s*(required|optional)\\s*((?:,\\s*${word}\\s*)+)$`, 'i')

/** More than such a field has, so that a hostile one costs little. */
const maxLength = 2000

/**
 * Reads Disposition-Notification-Options.
 *
 * @returns nothing when the field is not written by the grammar; then it asks for nothing (DN-3).
 * @see RFC 8098 §2.2
 */
export function parseDispositionNotificationOptions(
  body: string,
): readonly DispositionNotificationOption[] | undefined {
  if (body.length > maxLength) return undefined
  const pieces = body.match(/(?:"(?:[^"\\]|\\.)*"|[^";])+/g) ?? []
  // Bent: a semicolon behind the last parameter, which some programs write behind every one.
  const texts = pieces.filter((text, index) => text.trim() !== '' || index < pieces.length - 1)
  const options = texts.map(optionOf)
  return options.length > 0 && options.every((option) => option !== undefined) ? options : undefined
}

function optionOf(text: string): DispositionNotificationOption | undefined {
  const [, name, importance, values] = parameter.exec(text) ?? []
  if (!name || !importance || !values) return undefined
  return {
    attribute: name,
    importance: importance.toLowerCase() === 'required' ? 'required' : 'optional',
    values: (values.match(new RegExp(word, 'g')) ?? []).map((value) =>
      value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value,
    ),
  }
}

/**
 * Says whether a Disposition-Notification-Options field asks for final delivery. White space and case do not count; a
 * value other than `true`, or a field that cannot be read, asks for nothing (DN-2, DN-3).
 *
 * @see RFC 8098 §2.2
 */
export function requestsDelivery(options: string | undefined): boolean {
  const wanted = parseDispositionNotificationOptions(options ?? '')?.filter(
    (option) => option.attribute.toUpperCase() === finalDestinationDelivery,
  )
  // The same attribute twice says two things, and so neither.
  const [first, ...others] = wanted ?? []
  return others.length === 0 && first?.values.length === 1 && first.values[0]?.toLowerCase() === 'true'
}
