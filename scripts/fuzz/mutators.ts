import { dictionaries } from './dictionary.js'
import { mutateBase64 } from './mutate-base64.js'
import { mutateBytes } from './mutate-bytes.js'
import { mutateDer } from './mutate-der.js'
import { mutateMail } from './mutate-mail.js'
import type { Mutator } from './mutator.js'

export type MutatorName = 'bytes' | 'text' | 'der' | 'base64' | 'mail'

/** Every way to change an input, and the words that go with it. */
export const mutators: Readonly<
  Record<MutatorName, { readonly mutate: Mutator; readonly dictionary: readonly Uint8Array[] }>
> = {
  bytes: { mutate: mutateBytes, dictionary: dictionaries.der },
  text: { mutate: mutateBytes, dictionary: dictionaries.mail },
  der: { mutate: mutateDer, dictionary: dictionaries.der },
  base64: { mutate: mutateBase64, dictionary: dictionaries.der },
  mail: { mutate: mutateMail, dictionary: dictionaries.mail },
}
