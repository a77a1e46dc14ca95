/** Finds what comments and documents cite: sections (`facts §3.4`, `DESIGN §5`) and files in backticks. Pure. */

/** The numbers that a document with numbered headings can be cited by: sections, list items in them, and rows such as `G4`. */
export function citableParts(document: string): ReadonlySet<string> {
  const parts = new Set<string>()
  let section = ''
  for (const line of document.split('\n')) {
    const heading = /^#{2,4} (\d+(?:\.\d+)*[a-z]?)\b/.exec(line)?.[1]
    if (heading) section = heading
    const item = /^(\d+)\. /.exec(line)?.[1]
    const row = /^\| ([GC]\d+)\b/.exec(line)?.[1]
    const part = heading ?? row ?? (item && section ? `${section}.${item}` : undefined)
    if (part) parts.add(part)
  }
  return parts
}

export interface Citation {
  readonly line: number
  readonly text: string
}

export interface SectionCitation extends Citation {
  readonly document: 'facts' | 'DESIGN'
  readonly parts: readonly string[]
}

const SECTIONS =
  /\b(facts|DESIGN)((?:,? (?:and )?(?:§[\d.]+[a-z]?|[CG]\d+|items? \d+|and \d+)(?:-(?:§?[\d.]+|[CG]\d+))?)+)/g

/** `facts §5, §6.2 C1` cites the parts 5, 6.2 and C1 of the facts. */
export function sectionCitations(text: string): readonly SectionCitation[] {
  return [...text.matchAll(SECTIONS)].flatMap((match) => {
    const [found, document, cited = ''] = match
    const parts = [...cited.matchAll(/§(\d+(?:\.\d+)*[a-z]?)|\b([CG]\d+)\b/g)].map((part) => part[1] ?? part[2] ?? '')
    if ((document !== 'facts' && document !== 'DESIGN') || !cited.includes('§')) return []
    return [{ document, parts, text: found, line: lineAt(text, match.index) }]
  })
}

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm
const FILE = /`([\w@*.-]+(?:\/[\w@*.-]+)*\.(?:d\.ts|ts|mts|mjs|js|md|ya?ml|json|sql|css|svg|png|sh|tf))`/g
const FOLDER = /`((?:[\w.-]+\/)+)`/g

/** Files and folders in backticks; of source code only in its comments. */
export function fileCitations(path: string, text: string): readonly Citation[] {
  const prose = /\.(ts|mts|mjs)$/.test(path) ? text.replaceAll(/[^\n]/g, ' ') : text
  const chars = prose === text ? null : [...prose]
  if (chars) {
    for (const { 0: comment, index } of text.matchAll(COMMENT))
      chars.splice(index, comment.length, ...comment.split(''))
  }
  const searched = chars?.join('') ?? prose
  return [...searched.matchAll(FILE), ...searched.matchAll(FOLDER)].map((match) => ({
    text: match[1] ?? '',
    line: lineAt(text, match.index)
  }))
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}
