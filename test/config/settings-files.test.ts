/** Every secret may come from a file, and nothing else may. */
import t from 'tap'
import { SETTINGS } from '../../src/config/settings/table.ts'
import { settingsSource } from '../../src/config/settings/values.ts'

for (const { name, secret, default: fallback } of SETTINGS) {
  t.test(`${name} ${secret ? 'may' : 'may not'} come from a file`, async (t) => {
    const source = settingsSource({ [`${name}_FILE`]: '/run/secrets/it' }, (path) => `from ${path}\n`)
    t.equal(source.get(name), secret ? 'from /run/secrets/it' : fallback)
    const unread = settingsSource({ [`${name}_FILE`]: '/run/secrets/it' }, () => '')
    t.match(unread.faults, secret ? [new RegExp(`^${name}_FILE names an empty file`)] : [])
  })
}

t.test('what is named like a secret is one', async (t) => {
  const named = SETTINGS.filter(({ name }) => /SECRET|TOKEN|PRIVATEKEY|_KEY$|HEADERS$/.test(name))
  t.ok(named.length >= 9)
  for (const { name, secret } of named) t.ok(secret, name)
})
