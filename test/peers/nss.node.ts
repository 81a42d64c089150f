import { keyPath, passPhrase } from './keys.node.js'
import { cannot, each, type OpenJob, type Outcome, type Peer } from './peer.js'
import { type KeyName, type Row, recipientKey } from './rows.js'
import { ask, type Folder, inFolder, packageVersion, versionOf } from './run.node.js'

const keys: readonly KeyName[] = ['rsa', 'other', 'p256', 'p384', 'p521']

/** `cmsutil`, with a data base of its own. */
export const nss: Peer = {
  name: 'NSS',
  through: '`cmsutil`',
  install: '`libnss3-tools`',
  kinds: ['signed', 'enveloped'],
  async version() {
    return versionOf('cmsutil', ['-H'], /(Usage)/) && packageVersion('libnss3-tools')
  },
  make: (rows, content) =>
    withDatabase((folder, database) => {
      const file = folder.save('content', content)
      return each(rows, (row) => make(row, file, database))
    }),
  open: (jobs) =>
    withDatabase((folder, database) => each(jobs, (job) => ({ bytes: cmsutil(openArguments(job, folder), database) }))),
}

function withDatabase<T>(run: (folder: Folder, database: readonly string[]) => Promise<T>): Promise<T> {
  return inFolder((folder) => {
    const database = ['-d', `sql:${folder.path}`]
    ask('certutil', ['-N', ...database, '--empty-password'])
    ask('certutil', ['-A', ...database, '-n', 'ca', '-t', 'CT,C,C', '-i', keyPath('ca', 'cert.pem')])
    for (const name of keys) {
      ask('pk12util', ['-i', keyPath(name, 'identity.p12'), ...database, '-W', passPhrase, '-K', ''])
    }
    return run(folder, database)
  })
}

const cmsutil = (args: readonly string[], database: readonly string[]) =>
  ask('cmsutil', [...args, ...database], { complaint })

/** `SEC_ERROR_…: what it means` wherever there is one. */
function complaint(text: string): string | undefined {
  const codes = [...text.matchAll(/\b(?:SEC|SSL|PR)_[A-Z0-9_]+\b/g)].map(([code]) => code)
  return codes.at(-1) ?? text.trim().split('\n').at(-1)
}

/** There are options for a few things; what it makes instead of the others is looked at. */
function make(row: Row, file: string, database: readonly string[]): Outcome {
  const input = ['-i', file]
  if (row.kind === 'signed') {
    const { digest, key, opaque } = row
    const options = ['-G', '-H', digest.replace('-', ''), '-N', key, ...(opaque ? [] : ['-T'])]
    return { bytes: cmsutil(['-S', ...options, ...input], database) }
  }
  const key = recipientKey(row)
  if (row.kind !== 'enveloped' || !key) return cannot('no option for recipients without a certificate')
  const recipients = row.two ? ['other', key] : [key]
  return { bytes: cmsutil(['-E', '-r', recipients.join(','), ...input], database) }
}

function openArguments({ row, message, content }: OpenJob, folder: Folder): readonly string[] {
  const detached = row.kind === 'signed' && !row.opaque ? ['-c', folder.save('content', content)] : []
  return ['-D', '-i', folder.save('message', message), ...detached]
}
