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

const parameter = /^\s*([^\s=;,]+)\s*=\s*(required|optional)\s*,\s*([^\s,;]+)\s*$/i

/**
 * Says whether a Disposition-Notification-Options field asks for final delivery. White space and case do not count; a
 * value other than `true`, or a field that cannot be read, asks for nothing (DN-2, DN-3).
 *
 * @see RFC 8098 §2.2
 */
export function requestsDelivery(options: string | undefined): boolean {
  return (options ?? '').split(';').some((text) => {
    const [, attribute, , value] = parameter.exec(text) ?? []
    return attribute?.toUpperCase() === finalDestinationDelivery && value?.toLowerCase() === 'true'
  })
}
