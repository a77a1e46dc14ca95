/** `tickets`: looks at the ticket systems that the policy names, or sends one made-up case through one of them. */
import type { Command } from 'commander'
import type { Target } from '../ticket/target.ts'
import { systemClock } from '../time.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { loadSettingsAndPolicy } from './load.ts'

export function addTicketsCommand(program: Command, io: CliIo): void {
  const tickets = program.command('tickets').description('Check the ticket systems that the policy names.')
  tickets
    .command('check')
    .description('Ask each whether credentials and fields are right; leaves no trace.')
    .option('--json', 'print the findings as JSON')
    .action((options: { json?: true }) => check(io, options.json === true))
  tickets
    .command('try <target>')
    .description('Make, update, comment and resolve one ticket in a real project. It stays there, closed.')
    .option('--json', 'print the calls as JSON')
    .action((target: string, options: { json?: true }) => tryOne(io, target, options.json === true))
}

async function targetsOf(io: CliIo): Promise<readonly Target[]> {
  const { settings, policy } = loadSettingsAndPolicy(io.env)
  const { openTickets } = await import('../compose-tickets.ts')
  try {
    return openTickets(policy.tickets, settings.ticketSecrets ?? {}, systemClock).targets.map(({ target }) => target)
  } catch (error) {
    throw new CommandFailed([error instanceof Error ? error.message : String(error)])
  }
}

async function check(io: CliIo, json: boolean): Promise<void> {
  const found: { target: string; findings: readonly string[] }[] = []
  for (const target of await targetsOf(io)) {
    const findings = await target
      .check()
      .catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    found.push({ target: target.name, findings })
  }
  if (json) io.out(JSON.stringify({ targets: found }, null, 2))
  else if (found.length === 0) io.out('The policy names no ticket system; tickets stay in the built-in desk.')
  else
    for (const { target, findings } of found)
      io.out(findings.length > 0 ? findings.join('\n') : `${target}: nothing is wrong.`)
  if (found.some(({ findings }) => findings.length > 0)) throw new CommandFailed([])
}

async function tryOne(io: CliIo, name: string, json: boolean): Promise<void> {
  const all = await targetsOf(io)
  const target = all.find((one) => one.name === name)
  if (!target)
    throw new CommandFailed([
      `The policy names no target ${name}. It has: ${all.map((one) => one.name).join(', ') || 'none'}.`
    ])
  const { tryTarget } = await import('../ticket/live-check.ts')
  const tried = await tryTarget(target, `RE-LIVE${Date.now().toString(36).toUpperCase()}`, systemClock)
  if (json) io.out(JSON.stringify({ target: name, calls: tried }, null, 2))
  else
    for (const { call, fault, saw } of tried)
      io.out(fault === null ? `ok     ${call}: ${saw}` : `failed ${call}: ${fault}`)
  if (tried.some(({ fault }) => fault !== null)) throw new CommandFailed([])
}
