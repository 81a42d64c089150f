import { decodeUtf8 } from '../bytes/index.js'
import { decodePem, type Identity, loadIdentity } from '../keys/index.js'
import { type Given, type Options, type Terminal, UsageError } from './command.js'
import { fileAt } from './files.js'

export const identityOptions: Options = {
  identity: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'act as: a PKCS#12 file, or PEM with certificate, chain and private key',
  },
  'password-file': {
    type: 'string',
    value: 'FILE',
    help: 'the password of the identities; else that of DIRECT_SMIME_PASSWORD',
  },
}

/** Loads the identities that were named, all with the one password. */
export function identitiesOf(given: Given, { environment }: Terminal): Promise<readonly Identity[]> {
  if (!given.has('identity')) throw new UsageError('--identity FILE says who you are')
  const path = given.text('password-file')
  const password = path === undefined ? environment.DIRECT_SMIME_PASSWORD : firstLine(decodeUtf8(fileAt(path)))
  return Promise.all(given.texts('identity').map((file) => identityIn(fileAt(file), password)))
}

/** A password is no argument: others on the machine read those. */
function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? ''
}

function identityIn(file: Uint8Array, password: string | undefined): Promise<Identity> {
  const secret = password === undefined ? {} : { password }
  const isPkcs12 = file[0] === 0x30 || decodePem(file).some(({ label }) => label === 'PKCS12')
  return loadIdentity(isPkcs12 ? { pkcs12: file, ...secret } : { certificate: file, privateKey: file, ...secret })
}
