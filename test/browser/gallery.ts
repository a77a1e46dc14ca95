/** Cases that fill every part of the pages, and the pages worth looking at. */
import { evidenceWith } from '../remediate/situations.ts'
import { caseOf, HOSTILE, proposed, stormOf } from '../review/cases.ts'
import { action } from '../ticket/draft/cases.ts'

export const ID = proposed().id
export const CASES = [
  proposed({ evidence: evidenceWith(), actions: [action({ effect: 'ineffective' })] }),
  caseOf('gone', { cause: { id: 'account_deactivated', confidence: 'high', because: ['gone'], kbOption: 1 } }),
  caseOf('hostile', { user: { id: '00uH', login: HOSTILE, name: HOSTILE }, securityAlert: HOSTILE }),
  caseOf('watched', { state: 'watching', actions: [action()] }),
  stormOf(),
  caseOf('quiet', { parentId: stormOf().id }),
  caseOf('done', { state: 'resolved', outcome: 'recovered_after_repair' })
]
export const PAGES = [
  '/',
  `/cases/${ID}`,
  `/cases/${ID}/approve`,
  `/cases/${ID}/reject`,
  `/cases/${ID}/close`,
  `/cases/${ID}/snooze`,
  `/cases/${ID}/hand-over`,
  `/cases/${caseOf('hostile').id}`,
  `/cases/${stormOf().id}`,
  `/cases/${caseOf('quiet').id}`,
  '/cases/RE-NONE',
  `/cases/${ID}/steps`,
  `/bulk?act=snooze&case=${ID}`,
  `/bulk?act=hand-over&case=${ID}`,
  '/report',
  '/report?user=anna%40example.com',
  '/policy',
  '/brake',
  '/activity',
  '/tickets',
  '/access'
]
