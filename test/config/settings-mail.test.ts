/** The mail server in the settings: what is read, and what is refused without showing the password. */
import t from 'tap'
import { readSettings } from '../../src/config/settings/settings.ts'

const BASE = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.com',
  OKTA_CLIENT_TOKEN: '00tokenForTestsOnly0123456789',
  REENROLL_HOOK_SECRETS: 'hook-secret-for-tests-0123456789',
  REENROLL_OPS_TOKEN: 'ops-token-for-tests-0123456789'
}
const FROM = { REENROLL_MAIL_FROM: 'Service desk <desk@example.com>' }

function mailOf(env: Readonly<Record<string, string>>, file?: string) {
  const read = readSettings({ ...BASE, ...env }, () => file ?? '')
  return read.ok ? read.settings.mail : read.errors
}

t.test('nothing is mailed without a server', async (t) => {
  t.equal(mailOf(FROM), undefined)
})

t.test('TLS from the first byte, STARTTLS that is insisted on, and a relay that has none', async (t) => {
  const auth = { user: 'desk@example.com', pass: 'p@ss' }
  t.match(mailOf({ ...FROM, REENROLL_SMTP_URL: 'smtps://desk%40example.com:p%40ss@mail.example.com' }), {
    ...{ host: 'mail.example.com', port: 465, secure: true, auth, from: FROM.REENROLL_MAIL_FROM, replyTo: null }
  })
  const plain = { ...FROM, REENROLL_MAIL_REPLY_TO: 'help@example.com' }
  t.match(mailOf({ ...plain, REENROLL_SMTP_URL: 'smtp://mail.example.com' }), {
    ...{ port: 587, secure: false, requireTls: true, auth: null, replyTo: 'help@example.com' }
  })
  t.match(mailOf({ ...FROM, REENROLL_SMTP_URL: 'smtp://relay:25?tls=optional' }), { port: 25, requireTls: false })
  t.match(mailOf({ ...FROM, REENROLL_SMTP_URL: 'smtp://127.0.0.1:2525' }), { requireTls: false })
})

t.test('from a file, as secrets are', async (t) => {
  t.match(mailOf({ ...FROM, REENROLL_SMTP_URL_FILE: '/run/smtp' }, 'smtps://u:p@mail.example.com\n'), {
    auth: { user: 'u', pass: 'p' }
  })
  t.match(mailOf({ ...FROM, REENROLL_SMTP_URL_FILE: '/run/smtp' }, ''), [
    /REENROLL_SMTP_URL_FILE: the file .* is empty/
  ])
})

t.test('what is wrong is named, and the password is not shown', async (t) => {
  const wrong = [
    { REENROLL_SMTP_URL: 'http://u:hunter2@mail.example.com', ...FROM },
    { REENROLL_SMTP_URL: 'smtp://u%:hunter2%@mail.example.com', ...FROM },
    { REENROLL_SMTP_URL: 'hunter2', ...FROM }
  ]
  for (const env of wrong) {
    t.match(mailOf(env), [/REENROLL_SMTP_URL: the value is not the address of a mail server/])
    t.notMatch(JSON.stringify(mailOf(env)), /hunter2/)
  }
  t.match(mailOf({ REENROLL_SMTP_URL: 'smtps://mail.example.com' }), [/REENROLL_MAIL_FROM: not set/])
  for (const from of ['desk', 'a@b.c, d@e.f', 'Desk <a@b.c> <d@e.f>'])
    t.match(mailOf({ REENROLL_SMTP_URL: 'smtps://mail.example.com', REENROLL_MAIL_FROM: from }), [
      /MAIL_FROM: .* is not a valid mail/
    ])
})

t.test('a login by OAuth: the form of the token endpoint, with a user, and never shown', async (t) => {
  const form = { client_id: 'c', client_secret: 'hunter2', scope: 'https://outlook.office365.com/.default' }
  const url = 'https://login.microsoftonline.com/t/oauth2/v2.0/token'
  const server = { ...FROM, REENROLL_SMTP_URL: 'smtp://desk%40example.com@smtp.office365.com:587' }
  t.match(mailOf({ ...server, REENROLL_SMTP_OAUTH: JSON.stringify({ url, ...form }) }), { oauth: { url, form } })
  for (const wrong of [{ url: 'http://login.example.com', ...form }, { url }, 'hunter2']) {
    const errors = mailOf({ ...server, REENROLL_SMTP_OAUTH: JSON.stringify(wrong) })
    t.match(errors, [/REENROLL_SMTP_OAUTH: the value is not the login of an OAuth client/])
    t.notMatch(JSON.stringify(errors), /hunter2/)
  }
  const nobody = { ...server, REENROLL_SMTP_URL: 'smtp://smtp.office365.com' }
  t.match(mailOf({ ...nobody, REENROLL_SMTP_OAUTH: JSON.stringify({ url, ...form }) }), [/set without a user/])
})

t.test('the proxy on the way to the mail server may have a login, which is never shown', async (t) => {
  const server = { ...FROM, REENROLL_SMTP_URL: 'smtp://smtp.example.com' }
  const proxy = 'http://anna:hunter2@proxy.example.com:3128'
  t.match(mailOf({ ...server, REENROLL_SMTP_PROXY: proxy, REENROLL_SMTP_CA: '/etc/ca.pem' }), {
    ...{ proxy, caFile: '/etc/ca.pem' }
  })
  t.match(mailOf(server), { proxy: null, caFile: null })
  const wrong = mailOf({ ...server, REENROLL_SMTP_PROXY: 'socks5://anna:hunter2@proxy.example.com' })
  t.match(wrong, [/REENROLL_SMTP_PROXY: the value is not the address of a proxy, such as http/])
  t.notMatch(JSON.stringify(wrong), /hunter2/)
})
