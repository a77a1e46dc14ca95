/** Breaks prose into comment lines. Pure. */

/** The text as `# …` lines of at most 110 characters, behind `indent`. */
export function commented(text: string, indent = ''): string {
  const lines = text.split('\n').flatMap((paragraph) => wrap(paragraph, 108 - indent.length))
  return lines.map((line) => `${indent}# ${line}`).join('\n')
}

function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines[lines.length - 1] = word
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
