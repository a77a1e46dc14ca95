/** `doctor`: looks at settings, Okta, hooks, address and store, and names everything that is wrong with its fix. */
import type { Command } from 'commander'
import { writerOf } from '../config/settings/okta.ts'
import type { TelemetryEvent } from '../domain/telemetry-event.ts'
import { systemClock } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { examine } from '../setup/doctor.ts'
import { exitCodeOf, type Finding } from '../setup/finding.ts'
import type { BucketProbe, Probes } from '../setup/probes/probes.ts'
import { FREQUENT_TYPE, wantedHooks } from '../setup/wanted-hooks.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Loaded, loadSettingsAndPolicy } from './load.ts'

interface DoctorOptions {
  readonly url?: string
  readonly json?: true
}

export function addDoctorCommand(program: Command, io: CliIo): void {
  program
    .command('doctor')
    .description(
      'Check everything the service needs, and say what is wrong and how to mend it. Exit code 1: errors; 2: warnings.'
    )
    .option(
      '--url <url>',
      'public address of the hook listener; by default REENROLL_PUBLIC_HOOK_URL, or where the event hook in Okta delivers to'
    )
    .option('--json', 'print the findings as JSON')
    .action((options: DoctorOptions) => doctor(io, options))
}

async function doctor(io: CliIo, options: DoctorOptions): Promise<void> {
  const probes = await gather(await loadSettingsAndPolicy(io.env), options.url ?? null, systemClock)
  const findings = examine(probes)
  if (options.json) io.out(JSON.stringify({ findings }, null, 2))
  else for (const line of report(findings)) io.out(line)
  const exitCode = exitCodeOf(findings)
  if (exitCode !== 0) throw new CommandFailed([], exitCode)
}

function report(findings: readonly Finding[]): readonly string[] {
  if (findings.length === 0) return ['Nothing is wrong.']
  return findings.flatMap(({ id, severity, what, fix }) => [`${severity}: ${what} [${id}]`, `  ${fix}`])
}

/** Asks everything that the checks want to know. */
export async function gather({ settings, policy }: Loaded, url: string | null, clock: Clock): Promise<Probes> {
  const { openOrg } = await import('../okta/org.ts')
  const { addressOf, probeActuator, probeHooks, probeOkta } = await import('../setup/probes/okta.ts')
  const { openStore } = await import('../store/open.ts')
  const { probeEndpoint, probeService, probeStore } = await import('../setup/probes/environment.ts')
  const buckets = new Map<string, BucketProbe>()
  const org = openOrg(settings.okta, { clock, emit: (happening) => noteBucket(buckets, happening) })
  const okta = await probeOkta(org, policy.decide.absentSources, clock)
  const silent = { clock, emit: () => {} }
  const writes = okta.trouble === null && settings.okta.actuator ? openOrg(writerOf(settings.okta), silent) : null
  const actuatorTrouble = writes && (await probeActuator(writes))
  const hooks = okta.trouble === null ? await probeHooks(org) : null
  const address = url ?? settings.hook.publicUrl ?? (hooks?.ok ? addressOf(hooks.all) : null)
  const [secret = ''] = settings.hook.secrets
  const filter = hooks?.ok === true && hooks.all.some(({ items }) => items.includes(FREQUENT_TYPE))
  const wishes = { uri: address ?? '', authHeader: settings.hook.authHeader, secret, filter }
  return {
    settings,
    policy,
    okta: { ...okta, actuatorTrouble, buckets: [...buckets.values()] },
    hooks,
    wanted: wantedHooks(policy.classifier, wishes),
    endpoint: address === null ? null : await probeEndpoint(address, settings.hook),
    store: await probeStore(settings.storeUrl, openStore),
    tickets: await ticketsOf(settings, policy, clock),
    service: await probeService(settings.ops)
  }
}

async function ticketsOf(
  settings: Loaded['settings'],
  policy: Loaded['policy'],
  clock: Clock
): Promise<Probes['tickets']> {
  if (policy.tickets.targets.length === 0) return null
  const { openTickets } = await import('../app/tickets.ts')
  const { probeTickets } = await import('../setup/probes/tickets.ts')
  try {
    const { targets } = await openTickets(policy.tickets, settings, clock)
    return { all: await probeTickets(targets.map(({ target }) => target)) }
  } catch (error) {
    // What the service itself would refuse to start with.
    return { trouble: error instanceof Error ? error.message : String(error) }
  }
}

function noteBucket(buckets: Map<string, BucketProbe>, happening: TelemetryEvent): void {
  if (happening.type !== 'okta_call' || happening.limit === null || happening.remaining === null) return
  const { bucket: call, limit, remaining } = happening
  buckets.set(call, { call, limit, remaining })
}
