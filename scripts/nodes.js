// Other lines of Node than the one that runs, by npm: its packages named node-<platform>-<arch> hold the bare binary and
// need no install script.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The first version that `engines` allows, then one of each later line. */
export const nodeVersions = ['20.19.0', '22.23.3', '24.21.0', '26.10.0']

/**
 * @param {string} folder
 * @param {readonly string[]} versions
 * @returns {string[]} the binaries, one for each version
 */
export function installNodes(folder, versions) {
  const name = `node-${process.platform}-${process.arch}`
  const project = emptyProject(folder, 'nodes')
  npm(project, 'install', ...versions.map((version) => `node-${version}@npm:${name}@${version}`))
  return versions.map((version) => join(project, 'node_modules', `node-${version}`, 'bin', 'node'))
}

/** @param {string} folder @param {string} name */
export function emptyProject(folder, name) {
  const project = join(folder, name)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "private": true }\n')
  return project
}

/** @param {string} cwd @param {string[]} args */
export function npm(cwd, ...args) {
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd, stdio: 'inherit' })
}
