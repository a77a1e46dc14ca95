/**
 * GitHub Issues through `@octokit/rest` (https://docs.github.com/en/rest/issues). The key is a label; issues are listed by it,
 * closed ones too, rather than searched for, since search lags behind.
 */

import { Octokit } from '@octokit/rest'
import type { GitHubSettings } from '../../config/policy/tickets.ts'
import { readInstant } from '../../domain/time.ts'
import { markdownOf } from '../format/markdown.ts'
import { networkError, statusError } from './http.ts'
import {
  type Closing,
  type Note,
  type Ref,
  type Snapshot,
  type Target,
  type TargetDeps,
  TargetError,
  type TicketStatus
} from './target.ts'
import { editedParts, saysNote, ticketText } from './ticket-text.ts'

/** GitHub's limits: 256 characters of title, 65,536 of text, 50 of a label. */
const LIMITS = { title: 250, body: 60_000, shown: markdownOf }
const OUR_LABEL = 'reenroll'
/** Lists have been seen to lag by a moment right after a write. */
const LIST_SETTLES_MS = 10_000

type Issue = Awaited<ReturnType<Octokit['rest']['issues']['get']>>['data']

export function createGitHubTarget(
  name: string,
  { url, repository }: GitHubSettings,
  token: string,
  { http }: TargetDeps
): Target {
  const [owner = '', repo = ''] = repository.split('/')
  const octokit = new Octokit({
    auth: token,
    baseUrl: url,
    userAgent: 'reenroll',
    request: { fetch: http.fetch },
    log: { debug() {}, info() {}, warn() {}, error() {} }
  })
  const { issues } = octokit.rest
  const place = { owner, repo }

  /** Octokit's errors in our words; `missing` is the answer when there is no such issue. */
  async function ask<T>(work: () => Promise<T>): Promise<T>
  async function ask<T, M>(work: () => Promise<T>, missing: M): Promise<T | M>
  async function ask<T>(work: () => Promise<T>, missing?: unknown): Promise<unknown> {
    try {
      return await work()
    } catch (error) {
      const status = statusOf(error)
      if (missing !== undefined && (status === 404 || status === 410)) return missing
      throw githubError(name, error)
    }
  }

  async function read(key: string): Promise<Issue | null> {
    return ask(async () => (await issues.get({ ...place, issue_number: Number(key) })).data, null)
  }

  function closingOf(issue: Issue): Closing {
    const how = issue.state_reason ?? 'completed'
    return { ...ticketStatusOf(issue), how: `the issue #${issue.number} was closed in ${name} (${how})` }
  }

  async function create(snapshot: Snapshot): Promise<TicketStatus> {
    const { title, body } = textOf(snapshot)
    const { data } = await ask(() => issues.create({ ...place, title, body, labels: labelsOf(snapshot) }))
    return ticketStatusOf(data)
  }

  async function update(issue: Issue, snapshot: Snapshot): Promise<void> {
    const { title, body } = textOf(snapshot)
    const edited = editedParts(issue.title, issue.body ?? '')
    const now = labelNames(issue)
    const labels = [
      ...new Set([...now.filter((label) => !/^(cause|state|severity):/.test(label)), ...labelsOf(snapshot)])
    ]
    const change = {
      ...(edited.title || issue.title === title ? {} : { title }),
      ...(edited.body || issue.body === body ? {} : { body }),
      ...(sameSet(now, labels) ? {} : { labels })
    }
    if (Object.keys(change).length > 0)
      await ask(() => issues.update({ ...place, issue_number: issue.number, ...change }))
  }

  async function note({ key }: Ref, said: Note): Promise<void> {
    const issue_number = Number(key)
    if (said.possiblySent) {
      const all = await ask(() => octokit.paginate(issues.listComments, { ...place, issue_number, per_page: 100 }))
      if (all.some((comment) => saysNote(comment.body ?? '', said))) return
    }
    await ask(() => issues.createComment({ ...place, issue_number, body: markdownOf(said.body) }))
  }

  async function list(labels: string, state: 'all' | 'closed', since?: string): Promise<readonly Issue[]> {
    const query = { ...place, labels, state, per_page: 100, ...(since ? { since } : {}) }
    const found = await ask(() => octokit.paginate(issues.listForRepo, query))
    return found.filter((issue) => !issue.pull_request) as readonly Issue[]
  }

  return {
    name,
    system: 'github',
    can: { lookupSettlesMs: LIST_SETTLES_MS, reopen: true, notes: true, closings: true },

    async ensure(snapshot, known) {
      if (!known) return create(snapshot)
      const issue = await read(known.key)
      if (issue === null) return null
      if (issue.state === 'open') await update(issue, snapshot)
      return ticketStatusOf(issue)
    },

    note,

    async resolve(ref, snapshot, said) {
      const issue = await read(ref.key)
      if (issue === null) return 'was_closed'
      if (issue.state === 'closed') return ticketStatusOf(issue).wontFix ? 'wont_fix' : 'was_closed'
      await update(issue, snapshot)
      await note(ref, said)
      await ask(() =>
        issues.update({ ...place, issue_number: issue.number, state: 'closed', state_reason: 'completed' })
      )
      return 'resolved'
    },

    async reopen(ref, _snapshot, said) {
      const issue = await read(ref.key)
      if (issue === null) return false
      const opened = { ...place, issue_number: issue.number, state: 'open', state_reason: 'reopened' } as const
      if (issue.state === 'closed') await ask(() => issues.update(opened))
      await note(ref, said)
      return true
    },

    async recover(caseId, since) {
      const made = (await list(keyLabel(caseId), 'all')).filter(
        (issue) => (readInstant(issue.created_at) ?? since) >= since
      )
      return made[0] ? ticketStatusOf(made[0]) : null
    },

    async readSince(since) {
      const closed = await list(OUR_LABEL, 'closed', since)
      return closed.map(closingOf)
    },

    async readOne(key) {
      const issue = /^\d+$/.test(key) ? await read(key) : null
      return issue?.state === 'closed' ? closingOf(issue) : null
    },

    async check() {
      const found = await ask(async () => (await octokit.rest.repos.get(place)).data, null)
      if (found === null) return [`${name}: there is no repository ${repository}, or the token may not see it.`]
      return [
        ...(found.has_issues
          ? []
          : [`${name}: issues are switched off in ${repository}. Switch them on in its settings.`]),
        ...(found.archived ? [`${name}: ${repository} is archived, so issues cannot be made.`] : []),
        ...(found.permissions && !found.permissions.push && !found.permissions.triage
          ? [`${name}: the token may not set labels in ${repository}; give it read and write access to issues.`]
          : [])
      ]
    }
  }
}

function textOf(snapshot: Snapshot): { title: string; body: string } {
  const { title, body } = ticketText(snapshot, LIMITS)
  return { title, body: markdownOf(body) }
}

/** GitHub closes with a reason: `not_planned` is its won't fix, `duplicate` means that another issue has the matter. */
function ticketStatusOf(issue: Pick<Issue, 'number' | 'html_url' | 'state' | 'state_reason'>): TicketStatus {
  return {
    ref: { key: String(issue.number), url: issue.html_url },
    state: issue.state === 'closed' ? 'closed' : 'open',
    wontFix: issue.state === 'closed' && issue.state_reason === 'not_planned'
  }
}

function keyLabel(caseId: string): string {
  return `${OUR_LABEL}-${caseId}`
}

function labelsOf(snapshot: Snapshot): string[] {
  const own = snapshot.labels.filter(
    (label) => !label.startsWith('case:') && label !== OUR_LABEL && !label.includes(',')
  )
  return [OUR_LABEL, keyLabel(snapshot.caseId), ...own].map((label) => label.slice(0, 50))
}

function labelNames(issue: Issue): readonly string[] {
  return issue.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item))
}

function statusOf(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null
}

function githubError(name: string, error: unknown): TargetError {
  if (error instanceof TargetError) return error
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof TargetError) return cause
  const status = statusOf(error)
  const response = typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined
  if (status === null || !response) return networkError(name, error)
  const headers = Object(response).headers ?? {}
  const told = new Headers(Object.entries(headers).map(([key, value]) => [key, String(value)]))
  return statusError(name, status, told, error instanceof Error ? error.message : '')
}
