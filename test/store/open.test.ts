import { join } from 'node:path'
import t from 'tap'
import { StoreConfigError } from '../../src/domain/store.ts'
import { openStore } from '../../src/store/open.ts'
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
