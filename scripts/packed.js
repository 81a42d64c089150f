// Installs the packed tarball into an empty folder and loads every subpath there, by import and by require(), on each
// line of Node that the package supports. Wants a finished build in dist/.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The first version that `engines` allows, then one of each later line.
const versions = ['20.19.0', '22.23.3', '24.21.0', '26.10.0']

const checks = fileURLToPath(new URL('./packed/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'direct-smime-packed-'))
try {
  const tarball = pack()
  const nodes = installNodes()
  const home = emptyProject('home')
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

/**
 * The packages named node-<platform>-<arch> hold the bare binary and need no install script.
 *
 * @returns {string[]} the binaries, one for each version
 */
function installNodes() {
  const name = `node-${process.platform}-${process.arch}`
  const project = emptyProject('nodes')
  npm(project, 'install', ...versions.map((version) => `node-${version}@npm:${name}@${version}`))
  return versions.map((version) => join(project, 'node_modules', `node-${version}`, 'bin', 'node'))
}

/** @param {string} name */
function emptyProject(name) {
  const project = join(folder, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
  return project
}

/** @param {string} cwd @param {string[]} args */
function npm(cwd, ...args) {
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd, stdio: 'inherit' })
}

/** @param {string} node @param {string} script */
function run(node, script) {
  execFileSync(node, ['--disable-warning=ExperimentalWarning', script], { stdio: 'inherit' })
}
