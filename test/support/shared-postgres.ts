/** The process that keeps the PostgreSQL of a tap run (`shared-server.ts`). */
import { startPostgres } from './postgres-server.ts'
import { serveUntilTapEnds } from './shared-server.ts'

await serveUntilTapEnds(async () => {
  const steps: (() => Promise<void>)[] = []
  const server = await startPostgres({ teardown: (step) => void steps.push(step) })
  return { url: server.url('postgres'), stop: () => Promise.all(steps.map((step) => step())) }
})
