/**
 * A Teams workflow with the trigger "When a Teams webhook request is received", as
 * https://learn.microsoft.com/azure/connectors/connectors-native-reqres describes such triggers: 202 with no body before
 * anything is posted, 401 for a wrong signature, no key against repetitions. A card over 28,672 bytes fails in the flow,
 * which the caller never learns (https://github.com/MicrosoftDocs/msteams-docs/issues/11274).
 */
import { field } from '../../src/domain/json.ts'
import { listAt, textAt } from '../../src/ticket/targets/http.ts'
import { type Fake, type FakeOptions, openFake } from './fake.ts'

const SIGNATURE = 'signature-of-a-test'

/** The secret of the target. */
export function workflowUrl(url: string): string {
  return `${url}/workflows/1/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${SIGNATURE}`
}

export async function openTeams(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<Fake> {
  const cards: unknown[] = []
  const { faults } = await openFake(t, options, ({ app }) => {
    app.post<{ Querystring: { sig?: string } }>('/workflows/1/triggers/manual/paths/invoke', async (request, reply) => {
      if (request.query.sig !== SIGNATURE)
        return reply.code(401).send({ error: { code: 'DirectApiAuthorizationRequired' } })
      for (const attachment of listAt(request.body, 'attachments')) {
        const card = field(attachment, 'content')
        // What Teams adds around the card is a guess; see the issue named above.
        const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(card))) + 1_500
        if (textAt(attachment, 'contentType') === 'application/vnd.microsoft.card.adaptive' && bytes <= 28_672)
          cards.push(card)
      }
      return reply.code(202).send()
    })
  })
  return {
    ...faults,
    repeats: true,
    reset() {
      faults.reset()
      cards.length = 0
    },
    /** People see the cards that name the case, in turn: together they are its ticket. */
    tickets(caseId) {
      const lines = cards.map(linesOf).filter((card) => card.at(-1)?.startsWith(`Reenroll ${caseId}/`))
      const [first, last] = [lines[0], lines.at(-1)]
      if (!first || !last) return []
      const state = last[0]?.startsWith('✅ Resolved: ') ? 'closed' : 'open'
      const notes = lines.map((card) => card.slice(1).join('\n'))
      return [{ key: caseId, state, title: first[0] ?? '', body: notes[0] ?? '', notes }]
    }
  }
}

function linesOf(card: unknown): readonly string[] {
  return listAt(card, 'body').map((block) =>
    listAt(block, 'inlines')
      .map((run) => textAt(run, 'text'))
      .join('')
  )
}
