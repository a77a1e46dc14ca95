import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { closeListener, stopWithin } from '../../src/app/shutdown.ts'

t.test('what hangs or fails is told by its name and keeps nothing from ending', async (t) => {
  const told: string[] = []
  const done: string[] = []
  const hanging = Promise.withResolvers<void>()
  const steps = [
    { name: 'the worker', run: () => hanging.promise },
    { name: 'the poller', run: () => Promise.reject(new Error('no')) },
    { name: 'the hook', run: async () => done.push('hook') }
  ]
  await stopWithin(20, steps, (error, name) => void told.push(`${name}: ${error.message}`))
  t.same(done, ['hook'])
  t.same(told.sort(), ['the poller: no', 'the worker: the worker has not ended within 20 ms and is left behind'])
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
