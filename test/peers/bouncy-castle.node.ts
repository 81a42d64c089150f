import { existsSync } from 'node:fs'
import { makeInJava, openInJava, type Program } from './java.node.js'
import type { Peer } from './peer.js'
import { packageVersion, versionOf } from './run.node.js'

const jars = ['bcmail', 'bcpkix', 'bcprov', 'bcutil'].map((name) => `/usr/share/java/${name}.jar`)
const program: Program = { main: 'BouncyCastle', classPath: jars }

/** Its CMS package as Debian has it, through `java/BouncyCastle.java`. */
export const bouncyCastle: Peer = {
  name: 'BouncyCastle',
  through: '`test/peers/java/BouncyCastle.java`',
  install: '`libbcmail-java`, `default-jdk-headless`',
  kinds: ['signed', 'enveloped', 'compressed'],
  async version() {
    const here = jars.every((jar) => existsSync(jar)) && versionOf('javac', ['-version'], /^javac (\S+)/)
    return here ? packageVersion('libbcmail-java') : undefined
  },
  make: (rows, content) => makeInJava(program, rows, content),
  open: (jobs) => openInJava(program, jobs),
}
