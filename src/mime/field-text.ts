import { decodeWordsIn } from './encoded-word.js'
import { fieldsNamed, type Header, textsOf } from './header.js'

/**
 * The text of the first field of a name, in any case: its body with its encoded words read, as {@link decodeWords} reads
 * that of {@link fieldBody}, which need not be there as a whole beside it.
 *
 * For fields that are text, such as Subject; in others an encoded word has its place beside addresses or parameters.
 *
 * @see RFC 2047 §6
 */
export function fieldText(header: Header, name: string): string | undefined {
  const [field] = fieldsNamed(header, name)
  return field && decodeWordsIn(textsOf(field))
}
