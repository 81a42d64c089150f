/** The street: every room in its order, and what each may look at. The only such table; everything else asks it. */

/** What the rules say of one room. */
export interface Room {
  /** The doors it opens, beside `errors` and `bytes`. */
  readonly imports: readonly string[]
  /** False for a room that no subpath of the package leads to. Default: true. */
  readonly open?: boolean
  /** True where Node modules and globals are at home. Default: false. */
  readonly node?: boolean
  /** Packages it may import, by name. Default: none. */
  readonly packages?: readonly string[]
}

const beforeAgent = [
  ...['verdict', 'asn1', 'mime', 'crypto', 'x509', 'cms', 'keys', 'smime', 'path', 'http', 'dns'],
  ...['discovery', 'trust', 'notification', 'tracking'],
]
const leaves = ['xdm', 'context', 'directory']

/** The rooms in the order of the street: no room imports one that stands behind it. */
export const rooms: Readonly<Record<string, Room>> = {
  errors: { imports: [], open: false },
  verdict: { imports: [] },
  bytes: { imports: [], open: false },
  asn1: { imports: [] },
  mime: { imports: [], packages: ['postal-mime'] },
  crypto: { imports: ['asn1'] },
  x509: { imports: ['asn1', 'crypto'] },
  cms: { imports: ['asn1', 'crypto', 'x509', 'verdict'] },
  keys: { imports: ['asn1', 'crypto', 'x509', 'cms'] },
  smime: { imports: ['mime', 'cms', 'crypto', 'x509', 'verdict'] },
  path: { imports: ['asn1', 'crypto', 'x509', 'verdict'] },
  http: { imports: [] },
  dns: { imports: [] },
  discovery: { imports: ['keys', 'dns', 'http', 'mime', 'x509', 'verdict'] },
  trust: {
    imports: ['asn1', 'crypto', 'x509', 'cms', 'keys', 'mime', 'path', 'http', 'verdict'],
    packages: ['@rgrove/parse-xml'],
  },
  notification: { imports: ['mime'] },
  tracking: { imports: ['notification', 'verdict'] },
  agent: { imports: beforeAgent },
  xdm: { imports: ['mime'] },
  context: { imports: ['mime'] },
  directory: { imports: ['mime'] },
  node: { imports: [...beforeAgent, 'agent'], node: true },
  testing: { imports: [...beforeAgent, 'agent', 'node'], node: true },
  cli: { imports: [...beforeAgent, 'agent', ...leaves, 'node', 'testing'], open: false, node: true },
}

/** Rooms that every room behind them may import. */
export const common: readonly string[] = ['errors', 'bytes']

/** What the short list `src/index.ts` is made of: it runs in browsers and leaves the leaves to their subpaths. */
export const frontDoor: Room = { imports: [...common, ...beforeAgent, 'agent'] }

/** Files of the core that may look at the host: the clock, `process`, `Buffer`. */
export const hostFiles: readonly string[] = ['bytes/host.ts', 'crypto/host.ts', 'agent/defaults.ts']
