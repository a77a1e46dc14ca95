/** The stylesheet, the script and the icon: ours, read once, named by their content. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Api } from '../api/app.ts'

const FILES = {
  style: ['style.css', 'text/css; charset=utf-8'],
  script: ['review.js', 'text/javascript; charset=utf-8'],
  icon: ['icon.svg', 'image/svg+xml']
} as const

export type AssetPaths = Readonly<Record<keyof typeof FILES, string>>

/** Serves the assets; the paths change with their content, so that browsers may keep them for ever. */
export function serveAssets(app: Api): AssetPaths {
  const paths = Object.entries(FILES).map(([key, [name, type]]) => {
    const content = readFileSync(new URL(`./assets/${name}`, import.meta.url))
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(content)
    )
    return [key, `/assets/${name}?v=${hash}`]
  })
  return Object.fromEntries(paths) as AssetPaths
}
