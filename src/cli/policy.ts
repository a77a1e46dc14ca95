/** `policy`: puts a policy file into force without a restart, on all replicas, or goes back to the one before. */
import type { Command } from 'commander'
import type { ChangePolicy, PolicyChange, PolicyRequest } from '../api/runtime-controls.ts'
import { createSwitches } from '../api/runtime-controls.ts'
import { createPolicyChange } from '../app/change-policy.ts'
import { createPolicyInForce } from '../app/policy-in-force.ts'
import { listerOfGroups, type OktaSettings } from '../config/settings/okta.ts'
import { systemClock } from '../domain/time.ts'
import { casesLine, changeLines } from './backtest.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { loadSettingsAndPolicy, openStoreFor, policyTextOf } from './load.ts'
import { byOption } from './options.ts'
import { openService } from './records.ts'

interface PolicyOptions {
  readonly by: string
  readonly dryRun?: true
  readonly json?: true
}

export function addPolicyCommand(program: Command, io: CliIo): void {
  const policy = program.command('policy').description('Put a policy into force without a restart, or roll it back.')
  const add = (name: string, description: string) =>
    policy
      .command(name)
      .description(description)
      .addOption(byOption('who changes the policy; recorded in the ledger'))
      .option('--dry-run', 'only check it, and print what would change')
      .option('--json', 'print the result as JSON')
  add('apply', 'Check a policy file against the org, compare it over 30 days, and put it into force on all replicas.')
    .argument('<file>', 'the policy file')
    .action((path: string, options: PolicyOptions) => changePolicy(io, policyTextOf(path, '<file>'), options))
  add(
    'rollback',
    'Put the policy before the last `policy apply` into force. Only that one is kept; to go further back, apply its file.'
  ).action((options: PolicyOptions) => changePolicy(io, null, options))
}

async function changePolicy(io: CliIo, text: string | null, { by, dryRun, json }: PolicyOptions): Promise<void> {
  const request = { text, by, dryRun: dryRun === true }
  const change = (await askService(io, request)) ?? (await withoutService(io, request))
  if (json) io.out(JSON.stringify(change, null, 2))
  else for (const line of reportOfChange(change, request.dryRun)) io.out(line)
  if (change.faults.length > 0) throw new CommandFailed(json ? [] : ['Nothing was changed.', ...change.faults])
}

/** Null when no service runs here. */
async function askService(io: CliIo, request: PolicyRequest): Promise<PolicyChange | null> {
  const service = await openService(io)
  const answer = await service.ask('/api/policy', request)
  if (answer === null) return null
  if (answer.found) return answer.body as PolicyChange
  throw new CommandFailed([`The service at ${service.url} is of another version; restart it with this one.`])
}

/** Replicas elsewhere follow the store. */
async function withoutService(io: CliIo, request: Parameters<ChangePolicy>[0]): Promise<PolicyChange> {
  const { settings, policy: atStart } = await loadSettingsAndPolicy(io.env)
  const { openOrg } = await import('../okta/org.ts')
  const open = (okta: OktaSettings) => openOrg(okta, { clock: systemClock, emit: () => {} }).client
  const store = await openStoreFor(io)
  try {
    const clients = { client: open(settings.okta), forGroups: () => open(listerOfGroups(settings.okta)) }
    const onError = (error: unknown) => io.err(String(error))
    const inForce = createPolicyInForce({ atStart, mode: settings.mode, onError })
    const switches = createSwitches(store, systemClock)
    const deps = { store, switches, inForce, atStart, mode: settings.mode, clock: systemClock }
    return await createPolicyChange({ ...deps, ...clients })(request)
  } finally {
    await store.close()
  }
}

/** What changed, or would change, as lines. */
export function reportOfChange(
  { applied, faults, notes, differences, effect }: PolicyChange,
  dryRun: boolean
): readonly string[] {
  const changed = differences.map(({ key, from, to }) => `  ${key}: ${from} → ${to}`)
  if (faults.length > 0) return changed
  if (changed.length === 0) return ['This policy is in force already. Nothing was changed.']
  const cases = effect
    ? [
        `Over the last ${effect.days} days: ${casesLine(effect.cases, effect.leftOut)}.`,
        ...changeLines(effect.changes, effect.automaticWrites)
      ]
    : []
  const end = applied ? 'In force on all replicas.' : dryRun ? 'Nothing was changed.' : ''
  return ['Changes:', ...changed, ...cases, ...notes, end]
}
