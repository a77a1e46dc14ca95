import t from 'tap'
import { createTable } from '../../src/cli/demo.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'

/** A person whose answers are longer than any column. */
function scene() {
  const [scenario] = SCENARIOS
  if (!scenario) throw new Error('no scenario')
  const person = { name: 'Maximiliane Mustermann-Schmidt with more names than fit' }
  const decision = {
    kind: 'remediate',
    mode: 'auto',
    remediation: 'remove_orphaned_enrollment',
    stoppedBy: ['G4_event']
  }
  const seen = {
    ...{ state: 'awaiting_approval', evidence: [], actions: [], cause: { id: 'enrollment_orphaned' } },
    decision
  }
  return { scenario, person, seen: { ...seen, failures: [{ reason: 'x'.repeat(200) }] } } as never
}

t.test('the demo’s table fits the terminal and does not wrap', async (t) => {
  for (const columns of [80, 120, 152, 200]) {
    const lines: string[] = []
    createTable((line) => lines.push(line), columns).show(scene())
    t.equal(lines.length, 3)
    for (const line of lines) t.ok(line.length <= columns, `${line.length} of ${columns}`)
  }
  const wide: string[] = []
  createTable((line) => wide.push(line))
  t.equal(wide[1]?.length, 152, 'whole where the width is not known, as in a log')
})
