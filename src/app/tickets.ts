/** Composes the ticket systems beyond the built-in desk: adapters, dispatchers, close sync. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { recordMailed } from '../case/commands.ts'
import type { GuidePolicy, Policy } from '../config/policy/policy.ts'
import { MAIL_TARGET, type MailPolicy, type TicketPolicy } from '../config/policy/ticket-policy.ts'
import type { Settings } from '../config/settings/settings.ts'
import { SETTLED_ADDRESS_MS } from '../decide/contact.ts'
import type { Case } from '../domain/case.ts'
import type { Draft } from '../domain/desk.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { OktaReader } from '../domain/okta.ts'
import type { CaseCommands } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { DAY_MS, MINUTE_MS, plus, SECOND_MS } from '../domain/time.ts'
import type { Trace } from '../domain/trace.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import type { UserChannel } from '../ticket/mail/channels.ts'
import { createMailDispatcher } from '../ticket/mail/dispatcher.ts'
import type { Post } from '../ticket/mail/smtp.ts'
import { createThrottle } from '../ticket/outbox/circuit-breaker.ts'
import { closeCaseBy, startCloseSync } from '../ticket/outbox/close-sync.ts'
import { createDispatcher, type TargetDispatcher } from '../ticket/outbox/dispatcher.ts'
import { feedOutbox, outboxDraft } from '../ticket/outbox/routing.ts'
import { snapshotOf } from '../ticket/outbox/snapshot.ts'
import { type OutboxWorker, startOutboxWorker } from '../ticket/outbox/worker.ts'
import { fetchOf, type OpenTarget, openTargets } from '../ticket/targets/open.ts'
import { addTicketHooks, type InboundDeps } from '../ticket/webhooks/routes.ts'
import { sendsWebhooks } from '../ticket/webhooks/signatures.ts'
import { addSlackActions, type SlackActionDeps } from '../ticket/webhooks/slack-actions.ts'

type Secrets = Readonly<Record<string, string>>

/** The adapters, made but not used yet. */
export interface OpenTickets {
  readonly policy: TicketPolicy
  readonly targets: readonly OpenTarget[]
  readonly slackApps: SlackActionDeps['apps']
  readonly hooks: InboundDeps['sources']
  /** With which mail that came back is reported; null when it is not. */
  readonly mailSecret: string | null
  /** Null when nothing is sent to users. */
  readonly toUsers: OpenChannels | null
}

export interface OpenChannels {
  readonly channels: readonly UserChannel[]
  /** The mail server among them. */
  readonly post: Post | null
  /** Where message ids belong. */
  readonly domain: string
}

/** What the settings hold for the policy's targets. */
type TicketAccess = Pick<Settings, 'ticketSecrets' | 'mail' | 'slackToken'>

const nap = async (ms: number, signal?: AbortSignal) => void (await sleep(ms, undefined, { signal }))

/**
 * First of all, so that a missing or wrong secret stops the start. Rejects with a sentence that says what to add. Once
 * `stopping` is aborted, a call that waits for its turn fails without being made.
 */
export async function openTickets(
  { tickets: policy, guide }: Pick<Policy, 'tickets' | 'guide'>,
  access: TicketAccess,
  clock: Clock,
  stopping?: AbortSignal
): Promise<OpenTickets> {
  const { ticketSecrets: secrets = {} } = access
  const targets = await openTargets(policy.targets, secrets, { clock, sleep: (ms) => nap(ms, stopping) })
  return {
    policy,
    targets,
    slackApps: slackAppsOf(policy, secrets),
    hooks: hooksOf(targets, secrets),
    mailSecret: secrets[`${MAIL_TARGET}.hook`] ?? null,
    toUsers: await openChannels(policy.mail, guide, access, clock)
  }
}

async function openChannels(
  { causes }: MailPolicy,
  { channels, slackUrl }: GuidePolicy,
  { mail, slackToken }: TicketAccess,
  clock: Clock
): Promise<OpenChannels | null> {
  const wantsMail = causes.length > 0 || channels.includes('mail')
  const wantsSlack = channels.includes('slack')
  if (!wantsMail && !wantsSlack) return null
  if (wantsMail && !mail) {
    throw new Error(
      'The policy mails steps to users (tickets.mail or guide.channels), but no mail server is set. Set REENROLL_SMTP_URL.'
    )
  }
  if (wantsSlack && !slackToken) {
    throw new Error('The policy sends steps in Slack (guide.channels), but REENROLL_SLACK_TOKEN is not set. Set it.')
  }
  const { mailChannel, slackChannel } = await import('../ticket/mail/channels.ts')
  const { domainOf, openPost } = await import('../ticket/mail/smtp.ts')
  const post = wantsMail && mail ? openPost(mail, clock) : null
  return {
    post,
    channels: [
      ...(post ? [mailChannel(post)] : []),
      ...(wantsSlack && slackToken ? [slackChannel(slackToken, slackUrl)] : [])
    ],
    domain: mail ? domainOf(mail.from) : 'slack'
  }
}

export interface TicketOptions {
  readonly store: Store
  readonly commands: Pick<CaseCommands, 'close'>
  readonly draft: (c: Case) => Draft
  readonly caseUrl: (caseId: string) => string
  /** Where users answer; null without self-service. */
  readonly answerUrl: ((caseId: string) => string) | null
  readonly ownCaseUrl: string | null
  /** In force now. */
  readonly policy: () => Policy
  /** Reads user and history again. */
  readonly readAgain: (c: Case) => Promise<Evidence>
  readonly clock: Clock
  readonly emit: Emit
  readonly trace: Pick<Trace, 'step'>
  readonly holder: string
  readonly pollMs: number
  readonly onError: (error: unknown, target: string) => void
}

/** The store through which cases are saved: each save also writes the outbox. */
export function storeWithOutbox(store: Store, policy: () => TicketPolicy): Store {
  return feedOutbox(store, (c) => outboxDraft(c, policy()))
}

/** Starts the delivery to all targets. */
export function startTickets({ policy, targets, toUsers }: OpenTickets, options: TicketOptions): OutboxWorker {
  const { store, clock } = options
  const closeCase = closeCaseBy(options.commands)
  const dispatchers = targets.map((target) => ({
    target: target.target,
    dispatcher: createDispatcher(target, {
      ...options,
      policy,
      snapshot: (c, entry) => snapshotOf(c, entry, target.policy, options),
      closeCase,
      random: Math.random
    })
  }))
  return startOutboxWorker({
    dispatchers: [
      ...dispatchers.map(({ dispatcher }) => dispatcher),
      ...(toUsers ? [userDispatcher(toUsers, policy.mail, options)] : [])
    ],
    closings: dispatchers
      .filter(({ target }) => target.can.closings)
      .map(({ target, dispatcher }) =>
        startCloseSync(target, dispatcher.breaker, { store, clock, everyMs: policy.closingsEveryMs })
      ),
    onWork: (wake) => store.onWork(wake),
    clock,
    pollMs: options.pollMs,
    closingsEveryMs: policy.closingsEveryMs,
    onError: options.onError
  })
}

/** Messages a minute; mail servers of companies take far more. */
const EMAILS_PER_MINUTE = 60

function userDispatcher(open: OpenChannels, mail: MailPolicy, options: TicketOptions): TargetDispatcher {
  const { store, clock, policy } = options
  return createMailDispatcher({
    ...options,
    ...open,
    policy: mail,
    guide: () => policy().guide,
    pace: createThrottle({ calls: EMAILS_PER_MINUTE, perMs: MINUTE_MS }, clock, nap),
    record: (caseId, result) => recordMailed(caseId, result, { store, clock, emit: options.emit, policy: policy() }),
    random: Math.random
  })
}

/** The user as they are now, and the part of the log that says whether the address has stood long enough. */
export function readAddress(reader: OktaReader, c: Case, now: Instant): Promise<Evidence> {
  const historySince = plus(now, -SETTLED_ADDRESS_MS - DAY_MS)
  return reader.evidence({
    ...{ userId: c.user.id ?? '', sources: ['user', 'history'], historySince, suspectDeviceIds: [] }
  })
}

/** What trackers say to us, at the hook listener: Slack's buttons, and webhooks of targets with a secret for them. */
export function addTicketRoutes(
  app: FastifyInstance,
  { slackApps, hooks, mailSecret }: OpenTickets,
  deps: Omit<SlackActionDeps, 'apps'> &
    Omit<InboundDeps, 'sources' | 'closeCase' | 'mail'> & {
      readonly commands: Pick<CaseCommands, 'close'>
      /** The message of this case came back. */
      readonly onReturn: (caseId: string) => Promise<unknown>
    }
): void {
  if (slackApps.length > 0) addSlackActions(app, { apps: slackApps, ...deps })
  if (hooks.length === 0 && mailSecret === null) return
  const mail = mailSecret === null ? undefined : { secret: mailSecret, onReturn: deps.onReturn }
  addTicketHooks(app, { sources: hooks, closeCase: closeCaseBy(deps.commands), mail, ...deps })
}

/** Targets whose tracker may tell us what people did: those with `name.hook` among the secrets. */
function hooksOf(targets: readonly OpenTarget[], secrets: Secrets): InboundDeps['sources'] {
  return targets.flatMap(({ target }) => {
    const secret = secrets[`${target.name}.hook`]
    return secret && sendsWebhooks(target.system) ? { target, secret } : []
  })
}

function slackAppsOf({ targets }: TicketPolicy, secrets: Secrets): SlackActionDeps['apps'] {
  return targets.flatMap((target) => {
    const { name, settings } = target
    if (settings.system !== 'slack' || settings.approvers.length === 0) return []
    const signingSecret = secrets[`${name}.signing`]
    const fetch = fetchOf(target, secrets)
    if (signingSecret) return { signingSecret, approvers: settings.approvers, respond: postJson.bind(null, fetch) }
    throw new Error(
      `The Slack target ${name} has approvers but no signing secret. Add "${name}.signing" to REENROLL_TICKET_SECRETS.`
    )
  })
}

async function postJson(fetch: typeof globalThis.fetch, url: string, message: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(2 * SECOND_MS)
  await fetch(url, { method: 'POST', headers, body: JSON.stringify(message), redirect: 'error', signal })
}
