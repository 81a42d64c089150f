/** The command `direct-smime`: a thin face on the library, for diagnosis and for scripts. */

export type { Terminal } from './command.js'
export { run } from './run.js'
