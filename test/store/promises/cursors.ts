/** What a store promises about places in streams, such as how far the System Log was read. */
import type { Test } from 'tap'
import type { OpenStore, Reopenable } from '../../contract/store.ts'

export async function cursorPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a cursor that nobody has written is null', async (t) => {
    const store = await open(t)
    t.equal(await store.cursor('system_log'), null)
  })

  await t.test('what was written is read again, whatever text it is', async (t) => {
    const store = await open(t)
    const text = '{"next":"https://id.example.com/api/v1/logs?after=1_2&filter=eventType+eq+%22x%22","note":"ü \\" 🙂"}'
    await store.setCursor('system_log', text)
    t.equal(await store.cursor('system_log'), text)
  })

  await t.test('the last one wins, and names do not share a cursor', async (t) => {
    const store = await open(t)
    await store.setCursor('system_log', 'first')
    await store.setCursor('discover', 'other')
    await store.setCursor('system_log', 'second')
    t.equal(await store.cursor('system_log'), 'second')
    t.equal(await store.cursor('discover'), 'other')
  })
}

/** Of a store that outlives its process. */
export async function cursorRestartPromises(t: Test, reopenable: Reopenable): Promise<void> {
  await t.test('a cursor outlives the process', async (t) => {
    const { store, reopen } = await reopenable(t)
    await store.setCursor('system_log', 'there')
    t.equal(await (await reopen()).cursor('system_log'), 'there')
  })
}
