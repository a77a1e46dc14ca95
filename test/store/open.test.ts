import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { StoreConfigError } from '../../src/domain/store.ts'
import { openStore } from '../../src/store/open.ts'
import { listen } from '../support/loopback.ts'
import { aDelivery } from './build.ts'

t.test('opens what the URL names', async (t) => {
  for (const url of ['memory:', `sqlite:${join(t.testdir(), 'data', 'reenroll.db')}`]) {
    const store = await openStore(url)
    t.equal((await store.receive(aDelivery(['a']))).fresh.length, 1)
    await store.close()
  }
})

t.test('any other URL is refused with the setting’s name and the forms allowed', async (t) => {
  for (const url of ['', 'reenroll.db', 'mysql://host/db', 'SQLITE:x', 'constructor:x']) {
    await t.rejects(openStore(url), StoreConfigError)
    await t.rejects(openStore(url), { message: /^REENROLL_STORE_URL: .*"sqlite:<path of the file>".*"memory:"/ }, url)
  }
  await t.rejects(openStore('sqlite:'), { name: 'StoreConfigError', message: /has no file/ })
})

t.test('a PostgreSQL server that asks for a password says so in words, not in the driver\u2019s', async (t) => {
  const message = (type: number, text: string) => {
    const body = Buffer.from(`${text}\0`)
    const head = Buffer.alloc(9)
    head.write('R')
    head.writeInt32BE(8 + body.length, 1)
    head.writeInt32BE(type, 5)
    return Buffer.concat([head, body])
  }
  // AuthenticationSASL, then AuthenticationSASLContinue (PostgreSQL's protocol, 53.7 Message Formats).
  const answers = [message(10, 'SCRAM-SHA-256\0'), message(11, 'r=x,s=x,i=4096')]
  const server = createServer((socket) => {
    const rest = [...answers]
    socket.on('data', () => void socket.write(rest.shift() ?? ''))
    socket.on('error', () => {})
  })
  const port = await listen(t, server)
  await t.rejects(openStore(`postgres://reenroll@127.0.0.1:${port}/reenroll?sslmode=disable`), {
    name: 'StoreConfigError',
    message: /asks for a password, and none is set\. Write it into REENROLL_STORE_URL/
  })
})
