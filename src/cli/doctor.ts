/** `doctor`: checks settings, Okta, hooks, address and store, and reports problems with their fixes. */
import type { Command } from 'commander'
import { listerOfGroups, writerOf } from '../config/settings/okta.ts'
import type { TelemetryEvent } from '../domain/telemetry-event.ts'
import { showDuration, systemClock } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { GUESSED_FIELDS } from '../okta/guessed-fields.ts'
import { rightsOf } from '../setup/checks/okta.ts'
import { examine } from '../setup/doctor.ts'
import { exitCodeOf, type Finding } from '../setup/finding.ts'
import { FREQUENT_TYPE, wantedHooks } from '../setup/hook-plan.ts'
import type { BucketProbe, Probes } from '../setup/probes/probes.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Loaded, loadSettingsAndPolicy } from './load.ts'
import { serviceUrl } from './records.ts'

interface DoctorOptions {
  readonly url?: string
  readonly json?: true
}

export function addDoctorCommand(program: Command, io: CliIo): void {
  program
    .command('doctor')
    .description(
      'Check everything the service needs; report problems and how to fix them. Exit code 1: errors; 2: warnings.'
    )
    .option(
      '--url <url>',
      'public address of the hook listener (default: REENROLL_PUBLIC_HOOK_URL, or the address of the event hook in Okta)'
    )
    .option('--json', 'print the findings as JSON')
    .action((options: DoctorOptions) => doctor(io, options))
}

async function doctor(io: CliIo, options: DoctorOptions): Promise<void> {
  if (options.url !== undefined && !URL.canParse(options.url)) {
    throw new CommandFailed([`--url: ${options.url} is not a web address; write https://<your host>/okta/event-hooks.`])
  }
  const probes = await gatherFindings(await loadSettingsAndPolicy(io.env), options.url ?? null, systemClock)
  const findings = examine(probes)
  if (options.json) {
    const { history } = probes.okta
    io.out(JSON.stringify({ findings, rights: rightsOf(probes), history, guesses: GUESSED_FIELDS }, null, 2))
  } else for (const line of [...reportOf(findings), ...notesOf(probes)]) io.out(line)
  const exitCode = exitCodeOf(findings)
  if (exitCode !== 0) throw new CommandFailed([], exitCode)
}

/** The findings as lines, each with its fix below it. */
export function reportOf(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return ['No problems found.']
  return findings.flatMap(({ id, severity, what, fix }) => [`${severity}: ${what} [${id}]`, `  ${fix}`])
}

/** What is worth knowing without being a problem: what the app may do, how long histories are, what nobody has seen in a real org. */
function notesOf(probes: Probes): readonly string[] {
  const { history } = probes.okta
  const rights = rightsOf(probes).map(({ call, can }) => `${call}: ${can}`)
  const historyMs = showDuration(probes.policy.evidence.historyMs)
  return [
    ...(rights.length > 0 ? [`What the app may do: ${rights.join('; ')}.`] : []),
    ...(history?.completeSince === null
      ? [
          `A typical active user has ${history.isCut ? 'more than ' : ''}${history.entries} log entries in ${historyMs}; all that guards need are read.`
        ]
      : []),
    `Not seen in a real org yet: ${GUESSED_FIELDS.map(({ field }) => field).join('; ')}.`,
    '  How to find out: deploy/okta-setup.md, section 9.'
  ]
}

/** Runs all probes that the checks need. */
export async function gatherFindings({ settings, policy }: Loaded, url: string | null, clock: Clock): Promise<Probes> {
  const { openOrg } = await import('../okta/org.ts')
  const { hookAddress, probeActuator, probeHistory, probeHooks, probeOkta, probeRoles } = await import(
    '../setup/probes/okta.ts'
  )
  const { probeReferences } = await import('../setup/probes/policy.ts')
  const { openStore } = await import('../store/open.ts')
  const { probeEndpoint, probeService, probeStore } = await import('../setup/probes/environment.ts')
  const buckets = new Map<string, BucketProbe>()
  const org = openOrg(settings.okta, { clock, emit: (event) => noteBucket(buckets, event) })
  const okta = await probeOkta(org, policy.decide.absentSources, clock)
  const silent = { clock, emit: () => {} }
  const writes = okta.failure === null && settings.okta.actuator ? openOrg(writerOf(settings.okta), silent) : null
  const forGroups = () => openOrg(listerOfGroups(settings.okta), silent).client
  const actuatorFailure = writes && (await probeActuator(writes))
  const writer = settings.okta.actuator ?? settings.okta.auth
  const isUp = okta.failure === null
  const writerRoles =
    isUp && actuatorFailure === null && writer.kind === 'private_key' ? await probeRoles(org, writer.clientId) : null
  const history = isUp ? await probeHistory(org, policy.evidence.historyMs, clock) : null
  const hooks = isUp ? await probeHooks(org) : null
  const address = url ?? settings.hook.publicUrl ?? (hooks?.ok ? hookAddress(hooks.all) : null)
  const [secret = ''] = settings.hook.secrets
  const filter = hooks?.ok === true && hooks.all.some(({ items }) => items.includes(FREQUENT_TYPE))
  const wishes = { uri: address ?? '', authHeader: settings.hook.authHeader, secret, filter }
  return {
    settings,
    policy,
    okta: { ...okta, actuatorFailure, writerRoles, history, buckets: [...buckets.values()] },
    hooks,
    wanted: wantedHooks(policy.classifier, wishes),
    endpoint: address === null ? null : await probeEndpoint(address, settings.hook),
    store: await probeStore(settings.storeUrl, (url) => openStore(url, settings.storeAccess)),
    tickets: await ticketsOf(settings, policy, clock),
    references: okta.failure === null ? await probeReferences({ client: org.client, forGroups }, policy, clock) : null,
    service: await probeService(await serviceUrl(settings))
  }
}

async function ticketsOf(
  settings: Loaded['settings'],
  policy: Loaded['policy'],
  clock: Clock
): Promise<Probes['tickets']> {
  const { openTickets } = await import('../app/tickets.ts')
  const { probeTickets } = await import('../setup/probes/tickets.ts')
  try {
    const { targets, toUsers } = await openTickets(policy, settings, clock)
    const all = targets.map(({ target }) => target)
    return { all: await probeTickets(all, toUsers?.channels ?? []) }
  } catch (error) {
    // The service itself would not start with this.
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

function noteBucket(buckets: Map<string, BucketProbe>, event: TelemetryEvent): void {
  if (event.type !== 'okta_call' || event.limit === null || event.remaining === null) return
  const { bucket: call, limit, remaining } = event
  buckets.set(call, { call, limit, remaining })
}
