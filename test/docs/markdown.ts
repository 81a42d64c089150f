/** Reads the documents of the checkout: their code blocks and their links. */

/** The code blocks in a language, in their order. */
export function codeBlocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)
}

/** Where the links of a document lead, those to other sites left out. */
export function localLinks(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((to) => !/^[a-z]+:/.test(to))
}

/** The names that headings have as targets of links. */
export function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  )
}

const importLine = /^import \{([^}]*)\} from '([^']+)'$/gm

/**
 * Runs an example as the module it is, with top-level `await`.
 *
 * @param modules - what its imports mean, by specifier.
 * @param given - what it uses without defining it.
 */
export async function runExample(
  code: string,
  modules: Readonly<Record<string, object>>,
  given: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = code.replace(importLine, (_, names: string, specifier: string) => {
    if (!(specifier in modules)) throw new Error(`the example imports ${specifier}, which the test does not know`)
    return `const {${names.replaceAll(' as ', ': ')}} = modules['${specifier}']`
  })
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
    ...parts: string[]
  ) => (...values: unknown[]) => Promise<void>
  const run = new AsyncFunction('modules', ...Object.keys(given), body)
  await run(modules, ...Object.values(given))
}
