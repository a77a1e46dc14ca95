/** All causes x guards x kinds: no page, row of the queue or ticket asks for a repair that a guard withholds without the condition. */
import t from 'tap'
import { advice, CAUSE_ADVICE } from '../../src/decide/advice.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { Case } from '../../src/domain/case.ts'
import { CAUSE_IDS, type CauseId, GUARD_IDS, type GuardId } from '../../src/domain/vocabulary.ts'
import { evidenceWith, factor } from '../remediate/situations.ts'
import { shownDraft } from '../ticket/draft/cases.ts'
import { caseOf, proposed, stormOf } from './cases.ts'
import { pagesWith } from './pages-with.ts'

const QUEUE_ROWS = 50

/** As the machine saves it when this guard stops what the cause's rule would do. */
function stopped(cause: CauseId, guard: GuardId, state: 'tripped' | 'unknown'): Case {
  const rule = RULES.find(({ when }) => (when.cause as readonly string[] | undefined)?.includes(cause))
  const remediation = rule?.outcome.do === 'remediate' ? rule.outcome.with : null
  const c = caseOf(`${guard.replaceAll('_', '')}${state[0]}`)
  if (!c.decision) throw new Error('decided')
  const decision = { ...c.decision, rule: rule?.id ?? 'otherwise', remediation, stoppedBy: remediation ? [guard] : [] }
  return {
    ...c,
    cause: { id: cause, confidence: 'high', because: [], kbOption: null },
    guards: [{ id: guard, state, because: 'Seen in the log.' }],
    decision
  }
}

/** Ways of repairing by hand, as the texts have them. */
function isWithheld(c: Case): boolean {
  const { by } = CAUSE_ADVICE[c.cause?.id ?? 'unknown']
  const isTripped = c.guards.some(({ state }) => state === 'tripped')
  return c.decision?.remediation !== null || (by === 'changes' && isTripped)
}

const textOf = (body: string) => body.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))

for (const cause of CAUSE_IDS) {
  t.test(
    `${cause}: “Stopped by G2 … Remove the enrollment, then send the steps” is on no page and in no ticket`,
    async (t) => {
      const cases = GUARD_IDS.flatMap((guard) => [stopped(cause, guard, 'tripped'), stopped(cause, guard, 'unknown')])
      const { as } = await pagesWith(t, { cases })
      const ana = await as({ name: 'ana', role: 'approver' })
      const { todo } = CAUSE_ADVICE[cause]
      const queue = textOf((await ana.get('/')).body)
      const row = todo.split('. ')[0] ?? todo
      for (const [at, c] of cases.entries()) {
        if (!isWithheld(c)) continue
        const guard = `${c.guards[0]?.id} ${c.guards[0]?.state}`
        const page = textOf((await ana.get(`/cases/${c.id}`)).body)
        const [, folded] = /<details><summary>Once this is cleared<\/summary>(.*?)<\/details>/s.exec(page) ?? []
        t.ok(folded?.includes(todo), `${guard}: the page keeps the repair, folded`)
        t.notOk(page.replace(folded ?? '', '').includes(todo), `${guard}: the page does not advise it`)
        t.notMatch(page, /id="steps-text"(?!.*)|Stopped by/, guard)
        if (page.includes('id="steps-text"'))
          t.match(page, /<p class="warn">Send this only after/, `${guard}: nor the steps`)
        const { body } = shownDraft(c)
        const [before = '', after = ''] = body.split(/Only once a person has cleared G\w+:/)
        t.notOk(before.includes(todo), `${guard}: the ticket does not advise it`)
        t.ok(after.includes(todo), `${guard}: the ticket names the condition`)
        if (at < QUEUE_ROWS && queue.includes(c.id)) {
          const [, cell = ''] = new RegExp(`${c.id}(.*?)</(tr|li|article)>`, 's').exec(queue) ?? []
          t.notOk(cell.includes(row), `${guard}: the queue does not advise it`)
        }
      }
    }
  )
}

t.test('a proposal beside signs of an attack says so first, on page and ticket', async (t) => {
  const risky = proposed({
    guards: [{ id: 'G2', state: 'tripped', because: 'Risk is MEDIUM (the risk API).' }],
    proposal: { ...(proposed().proposal as NonNullable<Case['proposal']>), overridesNeeded: ['G2'] }
  })
  const { as } = await pagesWith(t, { cases: [risky] })
  const { body } = await (await as({ name: 'ana', role: 'approver' })).get(`/cases/${risky.id}`)
  t.match(body, /<h2>Security first: change nothing<\/h2>/)
  t.match(shownDraft(risky).body, /Security first: Risk is MEDIUM/)
})

t.test('times in the advice are shown as times, on the case and in the queue', async (t) => {
  const because = 'Risk is HIGH (the risk API, read 2026-06-15T14:05:00.000Z).'
  const risky = proposed({ state: 'with_person', proposal: null, guards: [{ id: 'G2', state: 'tripped', because }] })
  const { as } = await pagesWith(t, { cases: [risky] })
  const visitor = await as({ name: 'ana', role: 'approver' })
  for (const path of ['/', `/cases/${risky.id}`]) {
    const { body } = await visitor.get(path)
    t.match(body, /Risk is HIGH \(the risk API, read <time/, path)
    t.notMatch(body.replace(/<time [^>]*>/g, ''), /\d{4}-\d\d-\d\dT[\d:.]+Z/, path)
  }
})

t.test(
  'a proposal shows what to check, what it takes along and what not to do, before the form of the approval',
  async (t) => {
    const base = proposed()
    const lena = { ...base, decision: base.decision && { ...base.decision, takesAlong: ['Lena’s MacBook'] } }
    const { as } = await pagesWith(t, { cases: [lena, stormOf()] })
    const ana = await as({ name: 'ana', role: 'approver' })
    const verdict = (body: string) => textOf(/aria-label="What now">(.*?)<\/section>/s.exec(body)?.[1] ?? '')
    const shown = verdict((await ana.get(`/cases/${lena.id}`)).body)
    t.match(
      shown,
      /Ask the person who set the block whether its reason still applies; if Okta did, ask the user about the failed sign-ins\./
    )
    t.match(shown, /It removes Okta Verify from: Lena’s MacBook\./)
    t.match(shown, /Do not make the repair by hand/)
    t.match(verdict((await ana.get(`/cases/${stormOf().id}`)).body), /Check Okta’s status page/)
  }
)

t.test('no page says to keep Okta Verify on a device from which the proposal removes it', async (t) => {
  const evidence = evidenceWith({ factors: [factor({ status: 'ACTIVE', deviceName: 'Old phone' })] })
  const unsuspend = proposed({ evidence })
  const removal = { ...proposed().proposal, remediation: 'remove_replaced_enrollment' } as NonNullable<Case['proposal']>
  t.same(advice(unsuspend).stillWorks, ['Old phone'])
  t.same(advice({ ...unsuspend, proposal: removal }).stillWorks, [])
})
