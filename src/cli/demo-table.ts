/** The demo's table: a line for each person as soon as their case is at rest. */
import type { Scene } from '../sandbox/play.ts'

const COLUMNS = [
  ['user', 20],
  ['what Okta said', 36],
  ['cause', 20],
  ['decision', 48],
  ['outcome', 20]
] as const

export interface DemoTable {
  show(scene: Scene): void
}

/** A table that grows downwards, so that it reads the same on a terminal and in a log. */
export function createTable(out: (line: string) => void): DemoTable {
  const shown = new Set<string>()
  out(row(COLUMNS.map(([name]) => name)))
  out(row(COLUMNS.map(([, width]) => '─'.repeat(width))))
  return {
    show(scene) {
      if (shown.has(scene.scenario.id)) return
      shown.add(scene.scenario.id)
      out(outcomeLine(scene))
    }
  }
}

function outcomeLine(scene: Scene): string {
  const { seen, person } = scene
  return row([person.name, oktaSaid(scene), seen?.cause?.id ?? '', decided(scene), outcome(scene)])
}

function oktaSaid({ seen }: Scene): string {
  const user = seen?.evidence.find((item) => item.source === 'user')
  const value = user?.state === 'known' ? user.value : null
  const status = value && typeof value === 'object' && 'status' in value ? String(value.status) : 'status unknown'
  return `${status}, ${seen?.failures[0]?.reason ?? 'no reason given'}`
}

function decided({ seen }: Scene): string {
  const decision = seen?.decision
  if (!decision) return ''
  const stopped = decision.stoppedBy.length > 0 ? ` (${decision.stoppedBy.join(', ')})` : ''
  if (decision.kind === 'remediate')
    return `${decision.mode === 'auto' ? 'do' : 'propose'} ${decision.remediation}${stopped}`
  if (decision.kind === 'ignore') return 'nothing to do'
  return decision.remediation ? `ticket, not ${decision.remediation}${stopped}` : 'ticket'
}

function outcome({ seen }: Scene): string {
  const effect = seen?.actions.findLast((action) => action.state === 'done')?.effect
  return `${seen?.state ?? 'no case'}${effect && seen?.state !== 'resolved' ? `, ${effect}` : ''}`
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, index) => fit(cell, COLUMNS[index]?.[1] ?? 10))
    .join('  ')
    .trimEnd()
}

function fit(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

/** A scenario that did not come out as expected, in a sentence. */
export function differencesOf({ scenario, seen, differences }: Scene): string[] {
  if (differences.length === 0) return []
  return [`${scenario.id} (case ${seen?.id ?? 'none'}): ${differences.join('; ')}`]
}
