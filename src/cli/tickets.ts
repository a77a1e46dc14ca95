/** `tickets`: checks the ticket systems that the policy names, or sends a test case through one of them. */
import type { Command } from 'commander'
import type { OpenChannels } from '../app/tickets.ts'
import { MAIL_TARGET } from '../config/policy/ticket-policy.ts'
import { systemClock } from '../domain/time.ts'
import type { Post } from '../ticket/mail/smtp.ts'
import type { Target } from '../ticket/targets/target.ts'
import type { TrialCall } from '../ticket/targets/try.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { loadSettingsAndPolicy } from './load.ts'
import { openService } from './records.ts'

export function addTicketsCommand(program: Command, io: CliIo): void {
  const tickets = program.command('tickets').description('Check the ticket systems that the policy names.')
  tickets
    .command('check')
    .description('Check credentials and fields of each system without changing anything there.')
    .option('--json', 'print the findings as JSON')
    .action((options: { json?: true }) => check(io, options.json === true))
  tickets
    .command('try <target>')
    .description('Create, update, comment and resolve one ticket in a real project. It stays there, closed.')
    .option('--to <address>', 'for the target mail: recipient of one email')
    .option('--json', 'print the calls as JSON')
    .action((target: string, options: TryOptions) => tryOne(io, target, options))
  tickets
    .command('retry')
    .description('Let the running service send again what a ticket system refused for good.')
    .requiredOption('--target <target>', 'as the policy names it')
    .option('--dry-run', 'only count them')
    .action((options: RetryOptions) => retry(io, options))
}

interface RetryOptions {
  readonly target: string
  readonly dryRun?: true
}

async function retry(io: CliIo, { target, dryRun }: RetryOptions): Promise<void> {
  const service = await openService(io)
  const query = new URLSearchParams({ state: 'dead', target, limit: String(MOST_COUNTED) })
  const answer = await (dryRun ? service.ask(`/api/outbox?${query}`) : service.ask('/api/outbox/retry', { target }))
  if (!answer?.found) throw new CommandFailed([`No service runs at ${service.url}; start it, then try again.`])
  const { retried, entries = [], next } = answer.body as Partial<Retried>
  const count = retried ?? entries.length
  if (count === 0) return io.out(`${target}: nothing was refused for good.`)
  if (!dryRun) return io.out(`${target}: ${count} are sent again.`)
  io.out(`${target}: ${next ? 'more than ' : ''}${count} would be sent again. Nothing was changed.`)
}

/** The most that one answer of the API lists. */
const MOST_COUNTED = 500

interface Retried {
  readonly retried: number
  readonly entries: readonly unknown[]
  readonly next: string | null
}

async function open(io: CliIo): Promise<{ targets: readonly Target[]; toUsers: OpenChannels | null }> {
  const { settings, policy } = await loadSettingsAndPolicy(io.env)
  const { openTickets } = await import('../app/tickets.ts')
  try {
    const { targets, toUsers } = await openTickets(policy, settings, systemClock)
    return { targets: targets.map(({ target }) => target), toUsers }
  } catch (error) {
    throw new CommandFailed([error instanceof Error ? error.message : String(error)])
  }
}

async function check(io: CliIo, json: boolean): Promise<void> {
  const { targets, toUsers } = await open(io)
  const { probeTickets } = await import('../setup/probes/tickets.ts')
  const asked = await probeTickets(targets, toUsers?.channels ?? [])
  const found = asked.map(({ target, failure, faults, warnings, unproved }) => {
    return { target, findings: failure ? [failure.because] : faults, warnings, unproved }
  })
  if (json) io.out(JSON.stringify({ targets: found }, null, 2))
  else if (found.length === 0) io.out('The policy names no ticket system; tickets stay in the built-in desk.')
  else
    for (const { target, findings, warnings, unproved } of found) {
      for (const text of findings.length > 0 ? findings : [`${target}: no problems found.`]) io.out(text)
      for (const text of warnings) io.out(text)
      for (const right of unproved) io.out(`${target}: ${right} is not provable here: run \`tickets try ${target}\`.`)
    }
  if (found.some(({ findings }) => findings.length > 0)) throw new CommandFailed([])
}

interface TryOptions {
  readonly to?: string
  readonly json?: true
}

async function tryOne(io: CliIo, name: string, options: TryOptions): Promise<void> {
  const { targets: all, toUsers } = await open(io)
  if (name === MAIL_TARGET) return tellTried(io, name, await tryMail(toUsers?.post ?? null, options.to), options)
  const target = all.find((one) => one.name === name)
  if (!target)
    throw new CommandFailed([
      `The policy names no target ${name}. It has: ${all.map((one) => one.name).join(', ') || 'none'}.`
    ])
  const { tryTarget } = await import('../ticket/targets/try.ts')
  tellTried(io, name, await tryTarget(target, newCaseId(), systemClock), options)
}

function newCaseId(): string {
  return `RE-LIVE${Date.now().toString(36).toUpperCase()}`
}

/** One email through the real mail server. */
async function tryMail(post: Post | null, to: string | undefined): Promise<readonly TrialCall[]> {
  if (!post) throw new CommandFailed(['The policy mails nothing to users; name causes under tickets.mail.'])
  if (!to) throw new CommandFailed(['--to: not set; name the recipient: tickets try mail --to you@example.com'])
  const { tryPost } = await import('../ticket/targets/try.ts')
  return tryPost(post, to, newCaseId())
}

function tellTried(io: CliIo, name: string, tried: readonly TrialCall[], { json }: TryOptions): void {
  if (json) io.out(JSON.stringify({ target: name, calls: tried }, null, 2))
  else
    for (const { call, error, saw } of tried)
      io.out(error === null ? `ok     ${call}: ${saw}` : `failed ${call}: ${error}`)
  if (tried.some(({ error }) => error !== null)) throw new CommandFailed([])
}
