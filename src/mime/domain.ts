/**
 * A domain in its ASCII form: labels beyond ASCII become A-labels, as the host's URL parser writes them.
 *
 * Nothing is given for a domain with characters that are another one in disguise, such as the Kelvin sign or an invisible
 * one: what only looks like a name is not made into it.
 *
 * @see RFC 5890 §2.3.2.1, AS-2
 */
export function asciiDomain(domain: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(domain)) return domain
  // What compatibility would replace, what is not seen, and what a URL would end a host with.
  if (domain.normalize('NFKC') !== domain || /[\p{C}\p{Z}\0-,/:-@[-^`{-\x7f]/u.test(domain)) return undefined
  const url = `http://${domain}`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  // Each label is still there, and none has become a number of four parts.
  const isSame = hostname.split('.').length === domain.split('.').length && !/^[\d.]+$/.test(hostname)
  return isSame ? hostname : undefined
}
