// Requires every subpath of the installed package: each opens, and gives the very same things as an import.
const manifest = require('direct-smime/package.json')

const subpaths = Object.keys(manifest.exports).filter((subpath) => !subpath.endsWith('.json'))
const required = subpaths.map((subpath) => require(`direct-smime${subpath.slice(1)}`))
compare().catch((error) => {
  console.error(error)
  process.exitCode = 1
})

async function compare() {
  for (const [index, subpath] of subpaths.entries()) {
    const imported = await import(`direct-smime${subpath.slice(1)}`)
    const names = Object.keys(imported)
    if (names.length === 0) throw new Error(`${subpath} exports nothing`)
    const other = names.find((name) => imported[name] !== required[index][name])
    if (other) throw new Error(`${subpath}: ${other} differs between import and require()`)
  }
  console.log(`node ${process.versions.node} require: ${subpaths.length} subpaths, the same as imported`)
}
