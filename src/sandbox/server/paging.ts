/** Lists in pages, with the `Link` header Okta gives: `self`, and `next` while there is more (facts §3.3). */
import { validationFailed } from './errors.ts'

export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

/** The page after the item whose id is the cursor. */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  params: Readonly<Record<string, string | undefined>>,
  defaultLimit: number,
  maxLimit: number
): Page<T> {
  const limit = params.limit === undefined ? defaultLimit : Number(params.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw validationFailed('limit', `limit is 1 to ${maxLimit}`)
  }
  const start = params.after === undefined ? 0 : all.findIndex((item) => item.id === params.after) + 1
  if (params.after !== undefined && start === 0) throw validationFailed('after', 'the cursor is not known')
  const items = all.slice(start, start + limit)
  return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null }
}

/** The value of `Link`. The next page keeps every parameter but those named in `without`. */
export function linkHeader(
  orgUrl: string,
  requestUrl: string,
  next: string | null,
  without: readonly string[] = []
): string[] {
  const self = new URL(requestUrl, orgUrl)
  const links = [`<${self.href}>; rel="self"`]
  if (next !== null) {
    const target = new URL(self)
    for (const name of without) target.searchParams.delete(name)
    target.searchParams.set('after', next)
    links.push(`<${target.href}>; rel="next"`)
  }
  return links
}
