/**
 * What the framework and the disk permit: a plain Fastify route that checks a secret and parses JSON. With a journal it also
 * appends every body to a file and answers once the file is synced; bodies that arrive during a sync share the next.
 */
import { timingSafeEqual } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import fastify from 'fastify'
import { asChild } from './child.ts'
import { cpuMeter } from './cpu.ts'
import { SECRET } from './deliveries.ts'

const PATH = '/okta/event-hooks'
const EXPECTED = Buffer.from(SECRET)

asChild<{ journal: string | null }>(async ({ journal }) => {
  const file = journal === null ? null : await open(journal, 'a')
  const append = file && appendInGroups(file)
  const app = fastify({ logger: false })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, reply, done) => {
    const presented = Buffer.from(request.headers.authorization ?? '')
    if (presented.length === EXPECTED.length && timingSafeEqual(presented, EXPECTED)) return done()
    reply.code(401).send()
  })
  app.post(PATH, async (request, reply) => {
    const body = request.body as Buffer
    JSON.parse(body.toString())
    await append?.(body)
    return reply.code(204).send()
  })
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}${PATH}`
  const busy = cpuMeter()
  return {
    ready: { url },
    ask: async () => busy(),
    async end() {
      await app.close()
      await file?.close()
    }
  }
})

function appendInGroups(file: FileHandle): (body: Buffer) => Promise<void> {
  const newline = Buffer.from('\n')
  let waiting: { readonly body: Buffer; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  let isWriting = false

  async function write(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await file.write(Buffer.concat(group.flatMap(({ body }) => [body, newline])))
        await file.datasync()
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    isWriting = false
  }

  return (body) =>
    new Promise((resolve, reject) => {
      waiting.push({ body, resolve, reject })
      if (!isWriting) void write()
    })
}
