/** What is wrong with a lockfile, judged from its text alone. */

/** The part of one entry of `package-lock.json` (version 3) that is looked at. */
interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** A lockfile, as far as it is looked at: its entries by their place, such as `node_modules/tsup`. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/**
 * Download addresses, which tie the lock to one registry, and packages for other platforms that are left out.
 *
 * `npm install` leaves such a package out in silence when a registry lacks it; `npm ci` then refuses the lock.
 */
export function faultsOf({ packages }: Lock): readonly string[] {
  return Object.entries(packages).flatMap(([place, { resolved, optionalDependencies = {} }]) => [
    ...(resolved === undefined ? [] : [`${place}: has a download address`]),
    ...Object.keys(optionalDependencies)
      .filter((name) => !reaches(packages, place, name))
      .map((name) => `${place}: lacks ${name}`),
  ])
}

/** Looks for a package as Node does: in the importer's own folder, then in each one above it. */
function reaches(packages: Lock['packages'], place: string, name: string): boolean {
  for (let at = place; at !== ''; at = at.slice(0, Math.max(at.lastIndexOf('node_modules/') - 1, 0))) {
    if (`${at}/node_modules/${name}` in packages) return true
  }
  return `node_modules/${name}` in packages
}
