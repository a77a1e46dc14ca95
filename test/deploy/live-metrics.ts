/** The series that a running service has: from the real registry, after at least one of each open-ended label was seen. */
import { RULES } from '../../src/decide/rules.ts'
import { CLUSTER_STATUS_KEYS } from '../../src/domain/cluster-status.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { type Sample, samplesOf } from '../telemetry/exposition.ts'
import { passes, type Selector } from './queries.ts'

const BUCKET = 'GET /api/v1/users/{id}'
const NOW = '2026-06-15T14:00:00.000Z'

/** As replicas keep them once they have looked. */
const STANDINGS: Readonly<Record<string, string>> = {
  [CLUSTER_STATUS_KEYS.hooks]: JSON.stringify({ at: NOW, isVerified: true }),
  [CLUSTER_STATUS_KEYS.ledger]: JSON.stringify({
    at: { seq: 0, hash: '' },
    startedAt: NOW,
    isAtEnd: true,
    isIntact: true,
    brokenAt: null
  })
}

export async function liveSamples(): Promise<readonly Sample[]> {
  const outbox = { target: 'jira', pending: 0, dead: 0, oldestQueuedAt: null }
  const { registry, observe } = createMetrics({
    store: { ...openInMemory(), outboxFigures: async () => [outbox], cursor: async (name) => STANDINGS[name] ?? null },
    canaryEveryMs: 600_000,
    config: () => ({ hash: '0123456789abcdef', mode: 'auto', pages: 'https://reenroll.example.com' }),
    breakers: () => [{ target: 'jira', isOpen: false, credentialEndsAt: NOW }],
    isStorm: async () => false,
    clock: () => NOW,
    version: '1.2.3',
    rules: RULES.map((rule) => rule.id),
    systems: ['local'],
    process: true
  })
  for (const code of ['200', '401', '403', '429', '500', 'timeout', 'network']) {
    observe({ type: 'okta_call', bucket: BUCKET, code, ms: 1, limit: 600, remaining: 599, waitedMs: 0, quotaUsed: 0.1 })
  }
  // Node's event loop has no figures in its first moment, which prom-client writes as Nan.
  return samplesOf((await registry.metrics()).replaceAll(/ Nan$/gm, ' 0'))
}

/** What Prometheus itself adds to every target. */
const ADDED_BY_PROMETHEUS = { job: 'reenroll', instance: 'reenroll:9090' }

/** Every series with the labels that a query can name. */
export function seriesOf(samples: readonly Sample[]): readonly Pick<Sample, 'name' | 'labels'>[] {
  const up = { name: 'up', labels: {} }
  return [up, ...samples].map(({ name, labels }) => ({ name, labels: { ...ADDED_BY_PROMETHEUS, ...labels } }))
}

/** Why a selector finds nothing, or null. Variables of a dashboard (`$instance`) stand for anything. */
export function deadReason(selector: Selector, series: readonly Pick<Sample, 'name' | 'labels'>[]): string | null {
  const named = series.filter(({ name }) => name === selector.metric)
  if (named.length === 0) return `no metric is called ${selector.metric}`
  const matchers = selector.matchers.filter(({ value }) => !value.startsWith('$'))
  for (const matcher of matchers) {
    if (!named.some(({ labels }) => matcher.label in labels)) return `${selector.metric} has no label ${matcher.label}`
    for (const word of wordsOf(matcher.op, matcher.value)) {
      const one = { ...matcher, op: '=~', value: word }
      if (!named.some(({ labels }) => passes(one, labels[matcher.label] ?? ''))) {
        return `no ${matcher.label} of ${selector.metric} is ${word}`
      }
    }
  }
  const found = named.some(({ labels }) => matchers.every((matcher) => passes(matcher, labels[matcher.label] ?? '')))
  return found ? null : `no series of ${selector.metric} has all of these labels`
}

/** The alternatives of `a|b|c`, each of which must exist; a pattern in brackets is one. */
function wordsOf(op: string, value: string): readonly string[] {
  if (op === '=' || op === '!=') return [value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')]
  return value.includes('(') ? [value] : value.split('|')
}
