// Installs the packed tarball into an empty folder and loads every subpath there, by import and by require(), on each
// line of Node that the package supports. Wants a finished build in dist/.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { emptyProject, installNodes, nodeVersions, npm } from './nodes.js'

const checks = fileURLToPath(new URL('./packed/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'direct-smime-packed-'))
try {
  const tarball = pack()
  const nodes = installNodes(folder, nodeVersions)
  const home = emptyProject(folder, 'home')
  npm(home, 'install', tarball)
  cpSync(checks, home, { recursive: true })
  for (const node of nodes) for (const check of readdirSync(checks)) run(node, join(home, check))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** @returns {string} where the tarball is */
function pack() {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder])
  const [name] = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  return join(folder, name ?? '')
}

/** @param {string} node @param {string} script */
function run(node, script) {
  execFileSync(node, ['--disable-warning=ExperimentalWarning', script], { stdio: 'inherit' })
}
