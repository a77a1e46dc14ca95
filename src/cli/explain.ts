/** `explain <case>`: evidence, cause, guards, why this rule and none above it. */
import type { Command } from 'commander'
import type { CaseJson } from '../api/case-json.ts'
import { isOrdinary, namedActor } from '../decide/event-names.ts'
import type { LogEntry } from '../domain/evidence.ts'
import type { GuardState, Subject } from '../domain/vocabulary.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { withRecords } from './records.ts'

/* A case as text for a terminal. Pure. */

/** The lines to print, in the order in which a person asks: who, what happened, why, what was decided, what was done. */
export function explainCase(file: CaseJson): readonly string[] {
  const { source, claimed } = file.user
  const who = `${personLine(file.user)}${source === 'claim' ? ' (as the event claims; Okta was not asked)' : ''}`
  const parts = [
    [`${file.id}  ${file.state}${file.outcome ? ` (${file.outcome})` : ''}  ${who}`],
    claimed ? [`The event names another person than Okta does: ${personLine(claimed)}.`] : [],
    [`opened ${file.openedAt}, last changed ${file.updatedAt}`],
    block('Failures', failureLines(file)),
    block('Evidence', evidenceLines(file)),
    block('Cause', causeLines(file)),
    block('Guards', guardLines(file)),
    block('Decision', decisionLines(file)),
    block('Proposal', proposalLines(file)),
    block('Writes', writeLines(file)),
    block('Ticket', ticketLines(file)),
    block('Story', storyLines(file))
  ]
  return parts.flat().map(printable)
}

function personLine({ name, login, id }: Subject): string {
  return [name, login, id].filter(Boolean).join(', ') || 'nobody named'
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

function failureLines({ failures }: CaseJson): readonly string[] {
  return failures.map(
    (failure) =>
      `${failure.publishedAt}  ${failure.eventType} ${failure.result ?? ''} ${failure.reason ?? ''} (${failure.source}, confidence ${failure.confidence}) by ${actorWords(failure.actor.id, failure.actor.login)}`
  )
}

function evidenceLines({ evidence }: CaseJson): readonly string[] {
  return evidence.map(
    ({ source, state, at, because }) => `${state.padEnd(8)} ${source}${because ? `: ${because}` : `, read ${at}`}`
  )
}

function causeLines({ cause, considered }: CaseJson): readonly string[] {
  if (cause === null) return []
  const option = cause.kbOption === null ? '' : `, option ${cause.kbOption} of Okta's article`
  const others = considered.filter(({ id }) => id !== cause.id).map(({ id, confidence }) => `${id} (${confidence})`)
  return [
    `${cause.id}, confidence ${cause.confidence}${option}`,
    ...cause.because.map((sign) => `- ${sign}`),
    ...(others.length > 0 ? [`Also considered: ${others.join(', ')}`] : [])
  ]
}

const GUARD_ORDER: readonly GuardState[] = ['tripped', 'unknown', 'clear']

function guardLines({ guards }: CaseJson): readonly string[] {
  return GUARD_ORDER.flatMap((state) =>
    guards.filter((guard) => guard.state === state).map(({ id, because }) => `${state.padEnd(8)} ${id}: ${because}`)
  )
}

function decisionLines({ decision, rows }: CaseJson): readonly string[] {
  if (decision === null) return []
  const what = decision.remediation ? `${decision.kind} (${decision.remediation})` : decision.kind
  return [
    `${what} by rule ${decision.rule}, mode ${decision.mode}`,
    decision.because,
    ...(decision.stoppedBy.length > 0 ? [`Stopped by ${decision.stoppedBy.join(', ')}`] : []),
    ...rows.map((row) => `${row.matched ? 'match' : 'no   '} ${row.rule}: ${row.because}`)
  ]
}

function proposalLines({ proposal }: CaseJson): readonly string[] {
  if (proposal === null) return []
  const overrides = proposal.overridesNeeded.join(', ') || 'no guard'
  return [
    `${proposal.remediation}, open until ${proposal.expiresAt}; approving overrides ${overrides}`,
    `Hash to approve: ${proposal.hash}`
  ]
}

function writeLines({ actions }: CaseJson): readonly string[] {
  return actions.map(
    ({ at, remediation, state, effect, by, because }) =>
      `${at}  ${remediation}: ${state}, effect ${effect}, by ${by.name}. ${because}`
  )
}

function ticketLines({ ticket }: CaseJson): readonly string[] {
  return ticket ? [`${ticket.system} ${ticket.key} (${ticket.state}) ${ticket.url}`] : []
}

/** The entries of the case and, with who acted, those of Okta's log but the everyday ones. Oldest first. */
function storyLines({ timeline, failures, evidence }: CaseJson): readonly string[] {
  const own = new Set(failures.map(({ uuid }) => uuid))
  const log = (evidence.find(({ source }) => source === 'history')?.value ?? []) as readonly LogEntry[]
  const inOkta = log
    .filter((entry) => !own.has(entry.uuid) && !isOrdinary(entry))
    .map((entry) => ({
      at: entry.at,
      what: `${entry.eventType} ${entry.result ?? ''}${entry.reason ? `, ${entry.reason}` : ''}`.trim(),
      by: actorWords(entry.actorId, namedActor(entry))
    }))
  const story = [...timeline, ...inOkta].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  return story.map(({ at, what, by }) => `${at}  ${what} (${by})`)
}

/** A policy names actors by their ids. */
function actorWords(id: string | null, name: string | null): string {
  return [name, id].filter(Boolean).join(', ') || 'an unnamed actor'
}

/** Names in events come from outside: they must not control the terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{Cc}|\p{Cf}/gu, '\u{fffd}').trimEnd()
}

export function addExplainCommand(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description('Explain a case: evidence, cause, guards, why this rule and not the ones above it, and what was done.')
    .argument('[case]', 'id of the case, such as RE-4F7K2M9Q1XYZ; without it, the newest cases are listed')
    .option('--json', 'print as JSON')
    .action((id: string | undefined, options: { json?: true }) =>
      id === undefined ? list(io, options) : explain(io, id.trim().toUpperCase(), options)
    )
}

const LISTED = 20

async function list(io: CliIo, { json }: { json?: true }): Promise<void> {
  const cases = await withRecords(io, (records) => records.listCases(LISTED))
  if (json) io.out(JSON.stringify(cases, null, 2))
  else if (cases.length === 0) io.out('There is no case yet.')
  else for (const c of cases) io.out(printable(`${c.id}  ${c.state}  ${c.cause?.id ?? '-'}  ${personLine(c.user)}`))
}

async function explain(io: CliIo, id: string, options: { json?: true }): Promise<void> {
  const found = await withRecords(io, (records) => records.getCase(id))
  if (found === null)
    throw new CommandFailed([`There is no case ${id}; \`explain\` without an id lists the newest cases.`])
  if (options.json) io.out(JSON.stringify(found, null, 2))
  else for (const line of explainCase(found)) io.out(line)
}
