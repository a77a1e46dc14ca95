/** Ticket systems beyond the built-in desk, put together: adapters, lanes, the watch for closings. Part of `compose.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Case } from './case/case-file.ts'
import type { CaseCommands } from './case/commands.ts'
import type { Emit } from './ops/happening.ts'
import type { Store } from './store/store.ts'
import { closeCaseBy } from './ticket/close-case.ts'
import { watchClosings } from './ticket/closings.ts'
import type { Draft } from './ticket/desk.ts'
import { openTargets } from './ticket/open-targets.ts'
import { createLane, type LaneTarget } from './ticket/outbox.ts'
import { feedOutbox } from './ticket/outbox-feed.ts'
import { type OutboxWorker, startOutboxWorker } from './ticket/outbox-worker.ts'
import { outboxDraft } from './ticket/routing.ts'
import { addSlackActions, type SlackActionDeps } from './ticket/slack-actions.ts'
import { snapshotOf } from './ticket/snapshot.ts'
import type { TicketPolicy } from './ticket/target-settings.ts'
import { SECOND_MS } from './time.ts'
import type { Clock } from './vocabulary.ts'

type Secrets = Readonly<Record<string, string>>

/** The adapters, made but not used yet. */
export interface OpenTickets {
  readonly policy: TicketPolicy
  readonly targets: readonly LaneTarget[]
  readonly slackApps: SlackActionDeps['apps']
}

/** First of all, so that a missing or wrong secret stops the start. Throws with a sentence that says what to add. */
export function openTickets(policy: TicketPolicy, secrets: Secrets, clock: Clock): OpenTickets {
  const targets = openTargets(policy.targets, secrets, { clock, sleep: async (ms) => void (await sleep(ms)) })
  return { policy, targets, slackApps: slackAppsOf(policy, secrets) }
}

export interface TicketOptions {
  readonly store: Store
  readonly commands: Pick<CaseCommands, 'close'>
  readonly draft: (c: Case) => Draft
  readonly caseUrl: (caseId: string) => string
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly pollMs: number
  readonly onTrouble: (error: unknown, target: string) => void
}

/** The store through which cases are saved: with targets, each save also tells the outbox. */
export function storeWithOutbox(store: Store, { targets, routes }: TicketPolicy): Store {
  return targets.length === 0 ? store : feedOutbox(store, (c) => outboxDraft(c, routes))
}

/** Starts telling the targets; null when the policy names none. */
export function startTickets({ policy, targets }: OpenTickets, options: TicketOptions): OutboxWorker | null {
  const { store, clock } = options
  if (targets.length === 0) return null
  const allowed = new Map(policy.targets.map(({ name, personalData }) => [name, personalData]))
  const closeCase = closeCaseBy(options.commands)
  const lanes = targets.map((target) => ({
    target: target.target,
    lane: createLane(target, {
      ...options,
      policy,
      snapshot: (c, errand, name) => snapshotOf(c, errand, allowed.get(name) ?? [], options),
      closeCase,
      dice: Math.random
    })
  }))
  return startOutboxWorker({
    lanes: lanes.map(({ lane }) => lane),
    closings: lanes
      .filter(({ target }) => target.can.closings)
      .map(({ target, lane }) => watchClosings(target, lane.breaker, { store, closeCase, clock })),
    onWork: (wake) => store.onWork(wake),
    clock,
    pollMs: options.pollMs,
    closingsEveryMs: policy.closingsEveryMs,
    onTrouble: options.onTrouble
  })
}

/** Slack's buttons at the hook listener, when a Slack target has approvers. */
export function addTicketButtons(
  app: FastifyInstance,
  { slackApps }: OpenTickets,
  deps: Omit<SlackActionDeps, 'apps' | 'respond'>
): void {
  if (slackApps.length > 0) addSlackActions(app, { apps: slackApps, respond: postJson, ...deps })
}

function slackAppsOf({ targets }: TicketPolicy, secrets: Secrets): SlackActionDeps['apps'] {
  return targets.flatMap(({ name, settings }) => {
    if (settings.system !== 'slack' || settings.approvers.length === 0) return []
    const signingSecret = secrets[`${name}.signing`]
    if (signingSecret) return { signingSecret, approvers: settings.approvers }
    throw new Error(
      `The Slack target ${name} has approvers but no signing secret. Add "${name}.signing" to REENROLL_TICKET_SECRETS.`
    )
  })
}

async function postJson(url: string, message: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(2 * SECOND_MS)
  await fetch(url, { method: 'POST', headers, body: JSON.stringify(message), redirect: 'error', signal })
}
