/** `register`: makes the org's event hooks what they should be, verifies them, and rotates their secret. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { readDurationMs, systemClock } from '../domain/time.ts'
import type { EventHook } from '../okta/event-hooks.ts'
import { planHooks } from '../setup/hook-plan.ts'
import { carryOut, sentenceOf } from '../setup/register-hooks.ts'
import { FREQUENT_TYPE, type HookWishes, wantedHooks } from '../setup/wanted-hooks.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { type Loaded, loadSettingsAndPolicy } from './load.ts'

interface RegisterOptions {
  readonly url: string
  readonly filter?: true
  readonly rotate?: true
  readonly settle: string
  readonly dryRun?: true
  readonly json?: true
}

export function addRegisterCommand(program: Command, io: CliIo): void {
  program
    .command('register')
    .description('Create or repair the event hooks in Okta and verify them. Run it with an admin’s credentials.')
    .requiredOption(
      '--url <url>',
      'public address of the hook listener, such as https://reenroll.example.com/okta/event-hooks'
    )
    .option('--filter', 'the org has filters for event hooks (Early Access): use one where a success proves nothing')
    .option('--rotate', 'put the first of REENROLL_HOOK_SECRETS into force in place of the one before')
    .option('--settle <duration>', 'after a rotation, how long the old hook stays beside the new one', '10m')
    .option('--dry-run', 'say what would be done, change nothing')
    .option('--json', 'print the result as JSON')
    .action((options: RegisterOptions) => register(io, options))
}

async function register(io: CliIo, options: RegisterOptions): Promise<void> {
  const loaded = await loadSettingsAndPolicy(io.env)
  const wishes = wishesOf(loaded, options)
  const settleMs = readDurationMs(options.settle)
  if (settleMs === null) throw new CommandFailed(['--settle is a duration such as 90s or 10m.'])
  if (options.rotate && !options.dryRun) await checkBothSecrets(loaded, wishes.uri)
  const { openOrg } = await import('../okta/org.ts')
  const { hooks } = openOrg(loaded.settings.okta, { clock: systemClock, emit: () => {} })
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
  for (const line of notes(loaded, wishes, options, await list())) say(line)
}

function wishesOf({ settings }: Loaded, { url, filter }: RegisterOptions): HookWishes {
  const address = URL.canParse(url) ? new URL(url) : null
  const isLoopback = address !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(address.hostname)
  if (!address || (address.protocol !== 'https:' && !isLoopback)) {
    throw new CommandFailed(['--url is no https address. Okta delivers over HTTPS only.'])
  }
  const [secret = ''] = settings.hook.secrets
  return { uri: url, authHeader: settings.hook.authHeader, secret, filter: filter === true }
}

/** A delivery without events moves no case, and a service that does not know the secret refuses it. */
const EMPTY = JSON.stringify({ eventType: 'com.okta.event_hook', data: { events: [] } })

/** While both hooks live, deliveries come with either secret (facts §1.3). */
async function checkBothSecrets({ settings }: Loaded, uri: string): Promise<void> {
  const { secrets, authHeader } = settings.hook
  if (secrets.length < 2) {
    throw new CommandFailed([
      'To rotate, REENROLL_HOOK_SECRETS needs both secrets: the new one first, then the one in force. Restart the service with them, then run this again.'
    ])
  }
  for (const [index, secret] of secrets.entries()) {
    const headers = { 'content-type': 'application/json', [authHeader]: secret }
    const answer = await fetch(uri, { method: 'POST', headers, body: EMPTY, redirect: 'manual' }).catch(() => null)
    if (answer?.status === 204) continue
    const what = answer === null ? 'gives no answer' : `answers ${answer.status}`
    throw new CommandFailed([
      `The service at ${uri} ${what} to secret ${index + 1} of REENROLL_HOOK_SECRETS. Restart it with the same list, then run this again.`
    ])
  }
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
