/** A real SMTP server on loopback that takes, puts off, refuses or hangs up, as the test says. */
import type { Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { MailSettings } from '../../../src/config/settings/mail.ts'

export type Behaviour = 'take' | 'greylist' | 'no_such_user' | 'spam' | 'drop_before_data' | 'drop_after_data'

export interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: string
}

export interface MailServer {
  readonly settings: MailSettings
  /** Every message that arrived whole, also those the client heard nothing about. */
  readonly received: Received[]
  /** How often somebody connected. */
  connections(): number
  behave(how: Behaviour): void
  /** The access token in force. */
  take(accessToken: string): void
}

const MAIL_PASSWORD = 'p@ss of a mail test'

export async function openMailServer(t: { teardown(close: () => Promise<void>): void }): Promise<MailServer> {
  const received: Received[] = []
  const sockets = new Set<Socket>()
  let behaviour: Behaviour = 'take'
  let connections = 0
  let current = ''
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    authMethods: ['PLAIN', 'XOAUTH2'],
    onAuth({ method, username, password, accessToken }, _session, done) {
      if (method === 'XOAUTH2' && username === 'reenroll' && accessToken === current)
        return done(null, { user: username })
      if (username === 'reenroll' && password === MAIL_PASSWORD) return done(null, { user: username })
      done(answer(535, '5.7.8 Authentication failed for reenroll'))
    },
    onRcptTo({ address }, _session, done) {
      if (behaviour === 'greylist') return done(answer(451, `4.7.1 <${address}> greylisted, come back`))
      if (behaviour === 'no_such_user') return done(answer(550, `5.1.1 <${address}> no such user`))
      if (behaviour === 'drop_before_data') return hangUp()
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (behaviour === 'spam') return done(answer(554, '5.7.1 looks like spam'))
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom === false ? '' : mailFrom.address
        received.push({ from, to: rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() })
        if (behaviour === 'drop_after_data') return hangUp()
        done()
      })
    }
  })
  server.server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  t.teardown(
    () =>
      new Promise<void>((resolve) => {
        hangUp()
        server.close(() => resolve())
      })
  )
  const address = server.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return {
    settings: {
      ...{ host: '127.0.0.1', port, secure: false, requireTls: false },
      auth: { user: 'reenroll', pass: MAIL_PASSWORD },
      ...{ oauth: null, proxy: null, caFile: null },
      ...{ from: 'Service desk <desk@example.com>', replyTo: 'help@example.com' }
    },
    received,
    connections: () => connections,
    behave(how) {
      behaviour = how
    },
    take(accessToken) {
      current = accessToken
    }
  }
}

function answer(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode })
}
