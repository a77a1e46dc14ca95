/** Replaces the text between `<!-- generated:NAME -->` and `<!-- /generated:NAME -->`. Pure. */

const SECTION = /<!-- generated:([a-z-]+) -->\n[\s\S]*?<!-- \/generated:\1 -->/g

/** The text with every section regenerated. Throws when a section has no markers, or markers have no section. */
export function fillSections(text: string, sections: Readonly<Record<string, string>>): string {
  const named = [...text.matchAll(SECTION)].map((match) => match[1] ?? '')
  const missing = Object.keys(sections).filter((name) => !named.includes(name))
  const unknown = named.filter((name) => !(name in sections))
  if (missing.length > 0 || unknown.length > 0) {
    throw new Error(`Sections without markers: ${missing.join(', ')}; markers without section: ${unknown.join(', ')}.`)
  }
  return text.replaceAll(
    SECTION,
    (_, name: string) => `<!-- generated:${name} -->\n${sections[name]?.trim()}\n<!-- /generated:${name} -->`
  )
}
