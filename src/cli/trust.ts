import { distinctBy } from '../bytes/index.js'
import { loadTrustBundle } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'
import { type Given, type Options, UsageError } from './command.js'
import { fileAt } from './files.js'

export const trustOption: Options = {
  trust: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'trust these anchors: a trust bundle, PKCS#7, PEM or DER',
  },
}

/**
 * The anchors of all files that were named. Who signed a bundle is not asked here: whoever names a file trusts it, and
 * `bundle --signer` looks first. Expired ones are among them, so that an explanation can say it.
 */
export async function anchorsOf(given: Given, option = 'trust'): Promise<readonly Certificate[]> {
  const files = given.texts(option).map(fileAt)
  const bundles = await Promise.all(files.map((file) => loadTrustBundle(file, { signatureUnchecked: true })))
  const certificates = bundles.flatMap((bundle) => bundle.certificates)
  return distinctBy(certificates, ({ bytes }) => bytes)
}

/** The same for commands that decide nothing without them. */
export function neededAnchorsOf(given: Given): Promise<readonly Certificate[]> {
  if (!given.has('trust')) throw new UsageError('--trust FILE says whom to trust')
  return anchorsOf(given)
}
