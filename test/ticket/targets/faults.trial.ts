import t from 'tap'
import { targetTrials } from '../../contract/ticket-target.ts'
import { TARGETS } from './open-targets.ts'

for (const [name, open] of Object.entries(TARGETS))
  t.test(`${name}: whatever fails at whatever moment`, (t) => targetTrials(t, open))
