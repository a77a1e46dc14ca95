/** Okta's rate limits: one bucket per kind of path and client, refilled each minute of the org's clock (facts §3.3). */
import { MINUTE_MS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'

interface BucketRule {
  readonly name: string
  readonly method: RegExp
  readonly path: RegExp
  /** Calls per minute for one client: half of Okta's older published Workforce numbers. */
  readonly perMinute: number
}

/** The first row that fits. Which bucket a path below `/users/{id}` falls into is not documented; here it is the last. */
const BUCKETS = [
  { name: 'logs', method: /GET/, path: /^\/api\/v1\/logs$/, perMinute: 60 },
  { name: 'devices', method: /./, path: /^\/api\/v1\/devices(\/|$)/, perMinute: 50 },
  { name: 'user', method: /GET/, path: /^\/api\/v1\/users\/[^/]+$/, perMinute: 1000 },
  { name: 'user_write', method: /POST|PUT|DELETE/, path: /^\/api\/v1\/users\/[^/]+$/, perMinute: 300 },
  { name: 'users', method: /GET/, path: /^\/api\/v1\/users$/, perMinute: 300 },
  { name: 'token', method: /POST/, path: /^\/oauth2\/v1\/token$/, perMinute: 600 },
  { name: 'other', method: /./, path: /./, perMinute: 600 }
] as const satisfies readonly BucketRule[]

export type BucketName = (typeof BUCKETS)[number]['name']
/** Okta's numbers, none at all, or some numbers changed. `concurrency` is the number of calls in flight, org-wide. */
export type Limits = 'okta' | 'none' | Partial<Record<BucketName | 'concurrency', number>>

/** Okta's org-wide concurrency limit (facts §3.3). */
const CONCURRENCY = 75
const NO_LIMIT = 1_000_000

/** The three `X-Rate-Limit-*` headers; `resetAt` is in epoch seconds. */
export interface Allowance {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
  readonly allowed: boolean
  /** The first refusal of this window, which Okta logs. */
  readonly firstRefusal: boolean
}

export interface Limiter {
  readonly concurrency: number
  /** Takes one call from the client's bucket. */
  take(bucket: BucketName, clientId: string, now: Instant): Allowance
}

/** The bucket a call is counted in. */
export function bucketOf(method: string, path: string): BucketName {
  const rule = BUCKETS.find((candidate) => candidate.method.test(method) && candidate.path.test(path))
  return rule?.name ?? 'other'
}

/** A limiter with full buckets. */
export function createLimiter(limits: Limits): Limiter {
  const windows = new Map<string, { minute: number; used: number }>()
  return {
    concurrency: limits === 'none' ? NO_LIMIT : ((limits === 'okta' ? undefined : limits.concurrency) ?? CONCURRENCY),
    take(bucket, clientId, now) {
      const minute = Math.floor(Date.parse(now) / MINUTE_MS)
      const key = `${bucket} ${clientId}`
      const known = windows.get(key)
      const used = (known?.minute === minute ? known.used : 0) + 1
      windows.set(key, { minute, used })
      const limit = perMinute(limits, bucket)
      return {
        limit,
        remaining: Math.max(0, limit - used),
        resetAt: ((minute + 1) * MINUTE_MS) / 1000,
        allowed: used <= limit,
        firstRefusal: used === limit + 1
      }
    }
  }
}

function perMinute(limits: Limits, bucket: BucketName): number {
  if (limits === 'none') return NO_LIMIT
  const changed = limits === 'okta' ? undefined : limits[bucket]
  return changed ?? BUCKETS.find((rule) => rule.name === bucket)?.perMinute ?? NO_LIMIT
}
