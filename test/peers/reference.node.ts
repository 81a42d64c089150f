import { existsSync, readFileSync } from 'node:fs'
import { makeInJava, openInJava, type Program } from './java.node.js'
import type { Peer } from './peer.js'
import { versionOf } from './run.node.js'

/** Written by `scripts/peers/fetch-reference.sh`. */
const noted = new URL('../../node_modules/.cache/direct-smime/reference-class-path', import.meta.url)
const jars = existsSync(noted) ? readFileSync(noted, 'utf8').trim().split(':') : []
const program: Program = { main: 'Reference', classPath: jars }

/** The Java reference implementation of Direct, through `java/Reference.java`. */
export const reference: Peer = {
  name: 'Direct Java RI',
  through: '`org.nhind:agent`, `test/peers/java/Reference.java`',
  install: '`maven`, `default-jdk-headless`, then `bash scripts/peers/fetch-reference.sh`',
  kinds: ['signed', 'enveloped', 'message', 'notification'],
  async version() {
    const here =
      jars.length > 0 && jars.every((jar) => existsSync(jar)) && versionOf('javac', ['-version'], /^javac (\S+)/)
    return here ? /agent-([\d.]+)\.jar/.exec(jars.join(' '))?.[1] : undefined
  },
  make: (rows, content, letter) => makeInJava(program, rows, content, letter),
  open: (jobs) => openInJava(program, jobs),
}
