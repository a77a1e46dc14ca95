import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readStoreSettings } from '../../src/config/settings/settings.ts'
import { StoreConfigError } from '../../src/domain/store.ts'
import { openPostgres, type PostgresOptions } from '../../src/store/postgres.ts'
import { certificateFor } from '../support/certificate.ts'
import { folderWith } from '../support/folder.ts'
import { asAdmin, startPostgres } from '../support/postgres-server.ts'
import { aDelivery } from './build.ts'

t.setTimeout(240_000)

const own = certificateFor('127.0.0.1')
const server = await startPostgres(t, { tls: own })
const url = await server.createDatabase()
/** The certificate is not for this name. */
const otherName = url.replace('127.0.0.1', 'localhost')
const files = folderWith(t, { 'ca.pem': own.cert, 'other-ca.pem': certificateFor('127.0.0.1').cert })
const ca = join(files, 'ca.pem')
const otherCa = join(files, 'other-ca.pem')

/** `encrypted`, `plain`, or why it was refused. */
async function connect(t: Test, at: string, options: PostgresOptions = {}): Promise<string> {
  try {
    const store = await openPostgres(at, { connections: 2, ...options })
    t.teardown(() => store.close())
    await store.receive(aDelivery([at]))
    const sql = `SELECT bool_and(s.ssl) AS ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)
      WHERE a.application_name = 'reenroll' AND a.datname = current_database()`
    const [row] = await asAdmin(url, async (client) => (await client.query(sql)).rows)
    await store.close()
    return row.ssl ? 'encrypted' : 'plain'
  } catch (error) {
    if (error instanceof StoreConfigError) return error.message
    throw error
  }
}

t.test('by the settings, the server must be the one that the authority has signed for', async (t) => {
  t.equal(await connect(t, url, { sslMode: 'verify-full', sslRootCert: ca }), 'encrypted')
  t.equal(await connect(t, url, { sslRootCert: ca }), 'encrypted', 'an authority alone means the strictest')
  t.match(await connect(t, url, { sslMode: 'verify-full', sslRootCert: otherCa }), /cannot be reached: .*SELF_SIGNED/)
  t.match(await connect(t, url, { sslMode: 'verify-full' }), /cannot be reached: .*SELF_SIGNED/, 'nobody knows it')
  t.match(await connect(t, otherName, { sslMode: 'verify-full', sslRootCert: ca }), /cannot be reached: .*ALTNAME/)
})

t.test('weaker modes mean what they mean to PostgreSQL', async (t) => {
  t.equal(await connect(t, otherName, { sslMode: 'verify-ca', sslRootCert: ca }), 'encrypted', 'any host')
  t.match(await connect(t, otherName, { sslMode: 'verify-ca', sslRootCert: otherCa }), /cannot be reached/)
  t.match(await connect(t, url, { sslMode: 'verify-ca' }), /name its file in REENROLL_STORE_SSLROOTCERT/)
  t.equal(await connect(t, otherName, { sslMode: 'require' }), 'encrypted', 'any certificate')
  t.match(await connect(t, url, { sslMode: 'require', sslRootCert: otherCa }), /cannot be reached/)
  t.equal(await connect(t, url, { sslMode: 'disable' }), 'plain')
  t.equal(await connect(t, url), 'plain')
})

t.test('the URL says the same, and the settings win over it', async (t) => {
  t.equal(await connect(t, `${url}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`), 'encrypted')
  t.equal(await connect(t, `${url}?sslmode=no-verify`), 'encrypted')
  t.equal(await connect(t, `${url}?sslmode=disable`, { sslMode: 'verify-full', sslRootCert: ca }), 'encrypted')
  t.match(await connect(t, `${url}?sslmode=prefer`), /sslmode is "prefer".*may fall back/)
  t.match(
    await connect(t, url, { sslRootCert: join(files, 'none.pem') }),
    /certificate of the authority.*cannot be read/
  )
})

t.test('an unknown mode in the settings is named with those that are known', async (t) => {
  const env = { REENROLL_STORE_URL: 'postgres://db/x', REENROLL_STORE_SSLMODE: 'prefer' }
  t.match(readStoreSettings(env), {
    ok: false,
    errors: ['REENROLL_STORE_SSLMODE: prefer is not one of disable, require, verify-ca, verify-full.']
  })
})
