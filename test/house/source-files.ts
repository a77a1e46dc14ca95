/** The sources as text, with their imports, for tests of the house rules. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface SourceFile {
  /** From the root, such as `src/decide/rules.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly Import[]
}

export interface Import {
  /** A path from the root for our own files, otherwise as written: `node:fs`, `fastify`. */
  readonly target: string
  readonly isOurs: boolean
  /** A type-only import, erased at run time. */
  readonly isType: boolean
  /** `import()`: loaded when the code gets there. */
  readonly isLazy: boolean
}

const ROOT = join(import.meta.dirname, '../..')

/** Installed, generated or written at run time. A reader stays out of them: other tests change them while it reads. */
const NOT_OURS = new Set(['node_modules', '.git', '.tap', 'data'])

/** Every file and folder of the project as a path from the root. */
export function projectFiles(): readonly string[] {
  return readdirSync(ROOT)
    .filter((name) => !NOT_OURS.has(name))
    .flatMap((name) => [name, ...(statSync(join(ROOT, name)).isDirectory() ? pathsBelow(name) : [])])
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name))
}

/** Every TypeScript file below `folder`, except links. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return pathsBelow(folder)
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => !lstatSync(join(ROOT, path)).isSymbolicLink())
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8')
      return { path, text, lines: text.split('\n').length - 1, imports: importsOf(path, text) }
    })
}

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm

function importsOf(path: string, text: string): readonly Import[] {
  return [...text.matchAll(STATEMENT)].map(([statement, type, from, lazy]) => {
    const written = from ?? lazy ?? ''
    const isOurs = written.startsWith('.')
    const target = isOurs ? posix.join(posix.dirname(path), written) : written
    return { target, isOurs, isType: type !== undefined || isAllTypes(statement), isLazy: lazy !== undefined }
  })
}

/** `import { type A, type B } from …` is erased too. */
function isAllTypes(statement: string): boolean {
  const names = /^(?:import|export)\s*\{([^}]*)\}/.exec(statement)?.[1]?.split(',') ?? []
  return names.length > 0 && names.every((name) => /^\s*(type\s|$)/.test(name))
}

/** The code without comments and strings, so that prose is not searched. */
export function codeOf(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, '``')
}
