/** Every secret may come from a file, and nothing else may. */
import t from 'tap'
import { readRows } from '../../src/config/settings/setting.ts'
import { SETTINGS } from '../../src/config/settings/settings.ts'

for (const row of SETTINGS) {
  const { name, secret, default: fallback = null } = row
  t.test(`${name} ${secret ? 'may' : 'may not'} come from a file`, async (t) => {
    const { check: _, ...anyText } = row
    const source = readRows([anyText], { [`${name}_FILE`]: '/run/secrets/it' }, (path) => `from ${path}\n`)
    t.equal(source.get(name), secret ? 'from /run/secrets/it' : fallback)
    const unread = readRows([row], { [`${name}_FILE`]: '/run/secrets/it' }, () => '')
    t.match(
      unread.errors(),
      secret ? [`${name}_FILE: the file /run/secrets/it is empty; write the value into it.`] : []
    )
  })
}

t.test('what is named like a secret is one', async (t) => {
  const named = SETTINGS.filter(({ name }) => /SECRET|TOKEN|PRIVATEKEY|_KEY$|HEADERS$/.test(name))
  t.ok(named.length >= 9)
  for (const { name, secret } of named) t.ok(secret, name)
})

t.test('every required setting says what to do when it is missing', async (t) => {
  for (const { name, needed, whenMissing } of SETTINGS) t.equal(whenMissing !== undefined, needed === 'required', name)
})
