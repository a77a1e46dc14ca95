/** `register`: makes the org's event hooks what they should be, verifies them, and rotates their secret. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import type { OktaSettings } from '../config/settings/okta.ts'
import { readDurationMs, systemClock } from '../domain/time.ts'
import type { EventHook } from '../okta/event-hooks.ts'
import { FREQUENT_TYPE, type HookWishes, planHooks, wantedHooks } from '../setup/hook-plan.ts'
import { probeEndpoint } from '../setup/probes/environment.ts'
import { carryOut, sentenceOf } from '../setup/register-hooks.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Loaded, loadSettingsAndPolicy } from './load.ts'

export interface RegisterOptions {
  readonly url: string
  readonly filter?: true
  readonly rotate?: true
  readonly settle: string
  readonly check: boolean
  readonly adminTokenFile?: string
  readonly dryRun?: true
  readonly json?: true
}

export function addRegisterCommand(program: Command, io: CliIo): void {
  program
    .command('register')
    .description('Create or repair the event hooks in Okta and verify them. Needs the credentials of an admin.')
    .requiredOption(
      '--url <url>',
      'public address of the hook listener, such as https://reenroll.example.com/okta/event-hooks'
    )
    .option('--filter', 'the org has filters for event hooks (Early Access): use one where a success proves nothing')
    .option('--rotate', 'rotate to the first secret in REENROLL_HOOK_SECRETS')
    .option('--settle <duration>', 'how long an old hook stays beside its successor', '10m')
    .option(
      '--admin-token-file <file>',
      'API token of an admin, used for this run only and not stored; - reads standard input'
    )
    .option(
      '--no-check',
      'change Okta although the address cannot be reached from this machine; Okta still verifies it'
    )
    .option('--dry-run', 'print what would be done, change nothing')
    .option('--json', 'print the result as JSON')
    .action((options: RegisterOptions) => register(io, options))
}

/** Brings the org's event hooks to what the settings and the policy want. */
export async function register(io: CliIo, options: RegisterOptions): Promise<void> {
  const loaded = await loadSettingsAndPolicy(io.env)
  const wishes = wishesOf(loaded, options)
  const settleMs = readDurationMs(options.settle)
  if (settleMs === null)
    throw new CommandFailed([`--settle: ${options.settle} is not a valid duration; write 90s or 10m.`])
  const { openOrg } = await import('../okta/org.ts')
  const { hooks } = openOrg(credentialsOf(loaded, options), { clock: systemClock, emit: () => {} })
  const list = async () => {
    const read = await hooks.list()
    if (!read.ok) throw new CommandFailed([`The event hooks cannot be read. ${read.error.because}`])
    return read.hooks
  }
  const wanted = wantedHooks(loaded.policy.classifier, wishes)
  const steps = planHooks(await list(), wanted, { rotate: options.rotate === true, now: systemClock() })
  const say = (line: string) => {
    if (!options.json) io.out(line)
  }
  // A live hook is never touched before its new address has responded.
  const problem =
    options.check && steps.length > 0 ? await problemOf(wishes.uri, loaded, options.rotate === true) : null
  if (problem !== null && !options.dryRun) throw new CommandFailed([problem, 'Nothing was changed in Okta.'])
  if (!options.dryRun) {
    const done = await carryOut(steps, { hooks, settleMs, sleep: (ms) => sleep(ms), say })
    if (!done.ok) throw new CommandFailed([done.because])
  } else for (const step of steps) say(`Would ${sentenceOf(step).replace(/^./, (first) => first.toLowerCase())}.`)
  if (options.json) {
    const plain = steps.map(({ do: what, kind, because }) => ({ do: what, kind, because }))
    io.out(JSON.stringify({ dryRun: options.dryRun === true, steps: plain, hooks: await list() }, null, 2))
    return
  }
  if (steps.length === 0) say('The event hooks are as they should be. Nothing was changed.')
  if (problem !== null) say(problem)
  for (const line of notes(loaded, wishes, options, await list())) say(line)
}

/** The admin's token when one is given, otherwise the credentials of the settings. */
function credentialsOf({ settings }: Loaded, { adminTokenFile: path }: RegisterOptions): OktaSettings {
  if (path === undefined) return settings.okta
  let token = ''
  try {
    token = readFileSync(path === '-' ? 0 : path, 'utf8').trim()
  } catch {
    throw new CommandFailed([`--admin-token-file: ${path} cannot be read; check the path and its permissions.`])
  }
  if (!/^\S+$/.test(token)) throw new CommandFailed([`--admin-token-file: ${path} does not hold one API token.`])
  return { orgUrl: settings.okta.orgUrl, auth: { kind: 'token', token } }
}

function wishesOf({ settings }: Loaded, { url, filter }: RegisterOptions): HookWishes {
  const address = URL.canParse(url) ? new URL(url) : null
  const isLoopback = address !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(address.hostname)
  if (!address || (address.protocol !== 'https:' && !isLoopback)) {
    throw new CommandFailed([`--url: ${url} is not an https address; Okta delivers over HTTPS only.`])
  }
  const [secret = ''] = settings.hook.secrets
  return { uri: url, authHeader: settings.hook.authHeader, secret, filter: filter === true }
}

/** What is wrong with the address, found by calling it as Okta will; null when it is ready. */
async function problemOf(uri: string, { settings }: Loaded, rotate: boolean): Promise<string | null> {
  const { secrets } = settings.hook
  if (rotate && secrets.length < 2) {
    return 'REENROLL_HOOK_SECRETS: --rotate needs both secrets, the new one first, then the current one; restart the service with them and run this again.'
  }
  const { challenge, secrets: statuses } = await probeEndpoint(uri, settings.hook)
  if (challenge === 'unreachable') {
    return `--url: ${uri} does not respond within 3 seconds; check that the service runs and that DNS, load balancer and certificate lead to its hook listener.`
  }
  if (challenge === 'no_echo') {
    return `--url: ${uri} responds but does not echo Okta's challenge; check the path, such as /okta/event-hooks, and what listens there.`
  }
  // While two hooks live, deliveries come with either secret (facts §1.3).
  const index = statuses.findIndex((status) => status !== 204)
  return index === -1
    ? null
    : `REENROLL_HOOK_SECRETS: the service at ${uri} rejects secret ${index + 1} (HTTP ${statuses[index] ?? 'none'}); restart it with the same list, then run this again.`
}

function notes(
  { policy }: Loaded,
  { filter }: HookWishes,
  { rotate, dryRun }: RegisterOptions,
  hooks: readonly EventHook[]
): readonly string[] {
  const lines = hooks
    .filter(({ name }) => name.startsWith('reenroll '))
    .map(({ name, id, items, isActive, isVerified }) => {
      const state = isActive && isVerified ? 'active and verified' : isActive ? 'not verified' : 'not active'
      return `${name} (${id}): ${state}, ${items.length} event types.`
    })
  if (!filter && policy.classifier.failureTypes.includes(FREQUENT_TYPE)) {
    lines.push(`${FREQUENT_TYPE} is left to the System Log: without a filter every sign-in would be delivered.`)
  }
  if (rotate && !dryRun) {
    lines.push('Only the first secret is in use now. Remove the others from REENROLL_HOOK_SECRETS and restart.')
  }
  return lines
}
