import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { closeListener } from '../../src/app/listeners.ts'
import { createShutdown } from '../../src/app/shutdown.ts'

t.test('parts that hang or fail are reported by name and do not keep the rest from stopping', async (t) => {
  const reported: string[] = []
  const done: string[] = []
  const hanging = Promise.withResolvers<void>()
  const shutdown = createShutdown((error, name) => void reported.push(`${name}: ${error.message}`), {
    ...{ work: 20, pages: 20, store: 20 }
  })
  shutdown.add('store', 'the store', () => done.push('store'))
  shutdown.add('work', 'the worker', () => hanging.promise)
  shutdown.add('work', 'the poller', () => Promise.reject(new Error('no')))
  shutdown.add('work', 'the hook', () => done.push('hook'))
  await Promise.all([shutdown.run(), shutdown.run()])
  t.same(done, ['hook', 'store'], 'the store last, and each part once')
  t.same(reported.sort(), ['the poller: no', 'the worker: the worker did not stop within 20 ms; abandoning it'])
  hanging.resolve()
})

t.test('a connection that was opened in advance and never asked for anything does not hold up the end', async (t) => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const early = connect(address && typeof address === 'object' ? address.port : 0, '127.0.0.1')
  early.on('error', () => {})
  await Promise.all([once(server, 'connection'), once(early, 'connect')])
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    await closed
  }
  const gone = once(early, 'close')
  await closeListener({ server, close }, 20)
  await gone
  t.equal(server.listening, false)
})
