/** What only a real connection shows. */
import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { envelope } from '../build.ts'
import { AUTHENTIC, hookWith, PATH } from './hook-with.ts'

t.test(
  'a stranger with a large body is told 401, and an authentic caller 413, before the connection ends',
  async (t) => {
    const { app } = hookWith(t)
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const body = 'x'.repeat(3 * 1024 * 1024)
    const stranger = await fetch(`${url}${PATH}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' }
    })
    t.equal(stranger.status, 401)
    t.equal((await fetch(`${url}${PATH}`, { method: 'POST', body, headers: AUTHENTIC })).status, 413)
  }
)

t.test('a delivery that breaks off is not stored, and the next one is', async (t) => {
  const { app, received, requests } = hookWith(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const arrived = once(app.server, 'request')
  socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: ${AUTHENTIC.authorization}\r\n`)
  socket.write('content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"eventType":')
  const [request] = await arrived
  const gone = new Promise((resolve) => request.once('close', resolve))
  socket.destroy()
  await gone
  const reply = await fetch(`http://127.0.0.1:${port}${PATH}`, {
    method: 'POST',
    body: JSON.stringify(envelope([{ uuid: 'next' }])),
    headers: AUTHENTIC
  })
  t.equal(reply.status, 204)
  t.same(
    received.map((delivery) => delivery.events[0]?.uuid),
    ['next']
  )
  t.notOk(requests.some(({ outcome }) => outcome === 'store_unavailable'))
})

t.test('a stranger whose body trickles after the refusal loses the connection', async (t) => {
  const { app } = hookWith(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`)
  const [answer] = await once(socket, 'data')
  t.match(String(answer), /^HTTP\/1\.1 401 /)
  const trickle = setInterval(() => socket.write(' '), 100)
  socket.on('error', () => {})
  await once(socket, 'close')
  clearInterval(trickle)
  t.ok(socket.closed)
})
