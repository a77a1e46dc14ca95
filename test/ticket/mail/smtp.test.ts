/** The mail server's answers in our words, from a real one. */
import fastify from 'fastify'
import t from 'tap'
import { systemClock } from '../../../src/domain/time.ts'
import { openPost } from '../../../src/ticket/mail/smtp.ts'
import { certificateFor } from '../../support/certificate.ts'
import { folderWith } from '../../support/folder.ts'
import { matchAll } from '../../support/match-all.ts'
import { openProxy, openTlsFront } from '../../support/proxy.ts'
import { type Behaviour, openMailServer } from './smtp-server.ts'

const LETTER = { subject: 'Setting up Okta Verify [RE-1]', text: 'Hello,\n', html: '<p>Hello,</p>\n' }

t.test('what each answer means, and none of them quotes the address', async (t) => {
  const server = await openMailServer(t)
  const post = openPost(server.settings, systemClock)
  const sent = async (how: Behaviour) => {
    server.behave(how)
    return post.send('anna@example.com', LETTER, `${how}.reenroll@example.com`)
  }
  const results = {
    take: await sent('take'),
    greylist: await sent('greylist'),
    no_such_user: await sent('no_such_user'),
    spam: await sent('spam'),
    drop_before_data: await sent('drop_before_data'),
    drop_after_data: await sent('drop_after_data')
  }
  t.match(results, {
    take: { of: 'sent' },
    greylist: { of: 'later', because: /451 4\.7\.1 to RCPT TO/ },
    no_such_user: { of: 'refused', because: /550 5\.1\.1/ },
    spam: { of: 'refused', because: /554 5\.7\.1 to DATA/ },
    drop_before_data: { of: 'unreachable' },
    drop_after_data: { of: 'perhaps_sent' }
  })
  t.notMatch(JSON.stringify(results), /anna/)
  const [first] = server.received
  t.match(first, { from: 'desk@example.com', to: ['anna@example.com'] })
  for (const header of [
    /^From: Service desk <desk@example\.com>/m,
    /^Reply-To: help@example\.com/m,
    /^Message-ID: <take\.reenroll@example\.com>/m,
    /^Auto-Submitted: auto-generated/m,
    /^Content-Type: multipart\/alternative/m
  ])
    t.match(first?.raw, header)
})

t.test('wrong credentials, a server without TLS and one that is not there', async (t) => {
  const server = await openMailServer(t)
  const wrong = openPost({ ...server.settings, auth: { user: 'reenroll', pass: 'guessed' } }, systemClock)
  t.match(await wrong.send('anna@example.com', LETTER, 'x@example.com'), { of: 'denied' })
  matchAll(t, await wrong.check(), [/refuses the login/])
  const strict = openPost({ ...server.settings, requireTls: true }, systemClock)
  t.match(await strict.send('anna@example.com', LETTER, 'x@example.com'), { of: 'denied', because: /TLS/ })
  t.same(server.received, [], 'nothing in the clear')
  const nobody = openPost({ ...server.settings, port: 1 }, systemClock)
  t.match(await nobody.send('anna@example.com', LETTER, 'x@example.com'), { of: 'unreachable' })
  t.same(await openPost(server.settings, systemClock).check(), [])
})

t.test('XOAUTH2: an access token instead of a password, and another one when it is refused', async (t) => {
  const server = await openMailServer(t)
  const forms: string[] = []
  const issuer = fastify()
  issuer.addContentTypeParser('*', { parseAs: 'string' }, async (_: unknown, body: unknown) => body)
  issuer.post('/token', async ({ body }, reply) => {
    forms.push(String(body))
    if (String(body).includes('wrong')) return reply.code(401).send({ error: 'invalid_client' })
    server.take(`token-${forms.length}`)
    return { access_token: `token-${forms.length}`, token_type: 'Bearer', expires_in: 3_599 }
  })
  const url = `${await issuer.listen({ host: '127.0.0.1', port: 0 })}/token`
  t.teardown(() => issuer.close())
  const openWith = (form: Readonly<Record<string, string>>) =>
    openPost({ ...server.settings, oauth: { url, form } }, systemClock)
  const post = openWith({ client_id: 'c', client_secret: 's', scope: 'https://outlook.office365.com/.default' })
  t.same(await post.send('anna@example.com', LETTER, '1@example.com'), { of: 'sent' })
  t.same(await post.check(), [])
  t.equal(forms.length, 1, 'kept while it is valid')
  t.match(forms[0], /^grant_type=client_credentials&client_id=c&client_secret=s&scope=https/)
  server.take('revoked')
  t.match(await post.send('anna@example.com', LETTER, '2@example.com'), { of: 'denied', because: /refuses the login/ })
  t.same(await post.send('anna@example.com', LETTER, '2@example.com'), { of: 'sent' }, 'with another token')
  t.same(await openWith({ client_id: 'c', client_secret: 's', refresh_token: 'r' }).check(), [])
  t.match(forms.at(-1), /^grant_type=refresh_token&.*refresh_token=r/)
  matchAll(t, await openWith({ client_id: 'c', client_secret: 'wrong' }).check(), [
    /gives no access token: invalid_client/
  ])
})

t.test('a mail server behind a proxy and with a certificate of the company’s own authority is reached', async (t) => {
  const server = await openMailServer(t)
  const certificate = certificateFor('127.0.0.1')
  const front = await openTlsFront(t, certificate, server.settings.port)
  const proxy = await openProxy(t)
  const caFile = `${folderWith(t, { 'ca.pem': certificate.cert })}/ca.pem`
  const address = proxy.url.replace('//', '//anna:p%40ss@')
  const settings = { ...server.settings, port: front.port, secure: true, proxy: address, caFile }
  const post = openPost(settings, systemClock)
  t.same(await post.send('anna@example.com', LETTER, '1@example.com'), { of: 'sent' })
  t.same(proxy.asked, [{ to: `127.0.0.1:${front.port}`, login: 'anna:p@ss' }])
  t.same(await openPost({ ...settings, proxy: null }, systemClock).check(), [], 'directly')
  t.equal(proxy.asked.length, 1)

  for (const way of [{}, { proxy: null }])
    matchAll(t, await openPost({ ...settings, ...way, caFile: null }, systemClock).check(), [
      'mail: The certificate of the mail server is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT).'
    ])
  proxy.answer(403)
  t.match(await post.send('anna@example.com', LETTER, '2@example.com'), {
    of: 'unreachable',
    because: 'The mail server cannot be reached (EPROXY).'
  })
  t.equal(server.received.length, 1)
  t.throws(() => openPost({ ...settings, caFile: '/no/such.pem' }, systemClock), {
    message: 'REENROLL_SMTP_CA: /no/such.pem cannot be read (ENOENT); check the path and its permissions.'
  })
})

t.test('the token of a mailbox is fetched by the proxy of the mail server', async (t) => {
  const server = await openMailServer(t)
  const proxy = await openProxy(t)
  proxy.answer(407)
  const oauth = { url: 'https://login.example/token', form: { client_id: 'c', client_secret: 's' } }
  const post = openPost({ ...server.settings, oauth, proxy: proxy.url }, systemClock)
  t.match(await post.send('anna@example.com', LETTER, '1@example.com'), { of: 'unreachable', because: /EPROXY/ })
  proxy.answer(200)
  t.match(await post.send('anna@example.com', LETTER, '1@example.com'), { of: 'unreachable' })
  const { port } = server.settings
  t.same(
    proxy.asked.map(({ to }) => to),
    [`127.0.0.1:${port}`, `127.0.0.1:${port}`, 'login.example:443']
  )
})
