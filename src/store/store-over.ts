/** The store's interface over an engine: turns words into rows and back, and notifies when work came in. */
import type { Case } from '../domain/case.ts'
import { type Delivery, eventParts, type Receipt } from '../domain/deliveries.ts'
import type { LedgerRow } from '../domain/ledger.ts'
import type { Store } from '../domain/store.ts'
import { caseSave, claimedCase, parseCase } from './case-rows.ts'
import type { AnswerOf, Ask, CommandName } from './commands.ts'
import { bringsWork, positionAfter, writeCursor } from './keys.ts'
import { unpackBody } from './packed-body.ts'
import { pendingEvents } from './tables/events.ts'
import type { StoredEntry } from './tables/ledger.ts'

/** There may be work; what pages show has changed. */
export type Notice = 'work' | 'changes'

/** Commands that change what pages show: cases, controls, and who may see them. */
const CHANGES: ReadonlySet<CommandName> = new Set([
  ...(['save', 'processEvents', 'beginWrite', 'setControls'] as const),
  ...(['endCredentials', 'applyRetention', 'erasePerson'] as const)
])

/** What differs between the engines: how a command reaches the tables, and how others are notified of work. */
export interface Engine {
  call<Name extends CommandName>(op: Name, ask: Ask<Name>): Promise<AnswerOf<Name>>
  receive(delivery: Delivery): Promise<Receipt>
  /** For this process and all others. */
  notify(what: Notice): void
  on(what: Notice, call: () => void): void
  probe(): Promise<unknown>
  close(): Promise<void>
  /** Transactions committed so far that could write: with many callers, far fewer than calls. */
  commits(): number
}

export interface CountingStore extends Store {
  /** Transactions committed so far that could write: with many callers, far fewer than calls. */
  commits(): number
}

export function storeOver(engine: Engine): CountingStore {
  const call: Engine['call'] = (op, ask) => {
    const answer = engine.call(op, ask)
    if (!CHANGES.has(op)) return answer
    return answer.finally(() => engine.notify('changes'))
  }
  const notifyIf = (isWork: boolean) => {
    if (isWork) engine.notify('work')
  }
  return {
    // No async function: it would keep the body in memory until the disk has it.
    receive: (delivery) =>
      engine.receive(delivery).then((receipt) => {
        notifyIf(receipt.fresh.length > 0)
        return receipt
      }),
    claimEvents: async (ask) => pendingEvents(await call('claimEvents', ask)),
    async processEvents({ events, write }) {
      const save = write ? caseSave(write) : null
      const steps = events.map(({ trace, ...event }) => ({ ...event, trace: trace ?? null }))
      const saved = await call('processEvents', { events: steps, save })
      const isHeld = saved === 'claimed'
      notifyIf((isHeld || saved === 'saved') && write !== undefined && bringsWork({ ...write, keepLease: isHeld }))
      return saved
    },
    latestCase: async (subjectKey) => caseOrNull(await call('latestCase', subjectKey)),
    claimDue: async (ask) => (await call('claimDue', ask)).map(claimedCase),
    async release(holder) {
      await call('release', holder)
      engine.notify('work')
    },
    async save(write) {
      const saved = await call('save', caseSave(write))
      notifyIf(saved === 'saved' && bringsWork(write))
      return saved
    },
    async beginWrite(write, limits) {
      const begun = await call('beginWrite', { save: caseSave(write), limits })
      notifyIf(begun === 'begun' && bringsWork(write))
      return begun
    },
    getCase: async (id) => caseOrNull(await call('getCase', id)),
    async listCases(query) {
      // Checked here: an error that crosses threads loses its class.
      positionAfter(query.after)
      const { bodies, last } = await call('listCases', query)
      return { cases: bodies.map(parseCase), next: last && writeCursor(last) }
    },
    countCases: (filter) => call('countCases', filter),
    countByState: (filter) => call('countByState', filter),
    activity: (query) => call('activity', query),
    recoveries: (period) => call('recoveries', period),
    loneStops: (period) => call('loneStops', period),
    guidedCases: (period) => call('guidedCases', period),
    recent: (query) => call('recent', query),
    async forDeciding(query) {
      const { controls, recent, storm, shared } = await call('forDeciding', query)
      return {
        ...{ controls: JSON.parse(controls), recent, storm: caseOrNull(storm) },
        shared: shared.flatMap((body) => eventParts(unpackBody(body)))
      }
    },
    failing: (ask) => call('failing', ask),
    countChildren: (parentId) => call('countChildren', parentId),
    stormFacets: (parentId) => call('stormFacets', parentId),
    async actionsSince(since) {
      const rows = await call('actionsSince', since)
      return rows.map(({ case_id, body }) => ({ ...JSON.parse(body), caseId: case_id }))
    },
    controls: async () => JSON.parse(await call('controls', null)),
    setControls: (next, ledger) =>
      call('setControls', { version: next.version, body: JSON.stringify(next), ledger: JSON.stringify(ledger) }),
    ledger: async (page) => (await call('ledger', page)).map(ledgerRow),
    controlChanges: async (limit) => (await call('controlChanges', limit)).map(ledgerRow),
    recentOperators: (lines) => call('recentOperators', lines),
    challengesSince: (since) => call('challengesSince', since),
    mayChangeLedger: () => call('mayChangeLedger', null),
    startLedger: (ask) => call('startLedger', ask),
    async getTicket(key) {
      const body = await call('getTicket', key)
      return body === null ? null : JSON.parse(body)
    },
    addCredential: (ask) => call('addCredential', ask),
    credential: (digest) => call('credential', digest),
    credentials: () => call('credentials', null),
    updateCredential: (credential) => call('updateCredential', credential),
    endCredentials: (ask) => call('endCredentials', ask),
    acquireLease: (ask) => call('acquireLease', ask),
    releaseLease: (name, holder) => call('releaseLease', { name, holder }),
    cursor: (name) => call('cursor', name),
    setCursor: (name, value) => call('setCursor', { name, value }),
    claimOutboxEntry: (ask) => call('claimOutboxEntry', ask),
    saveOutboxEntry: (ask) => call('saveOutboxEntry', ask),
    outboxEntries: (query) => call('outboxEntries', query),
    async retryOutboxEntry(id, now, which = 'dead') {
      const entry = await call('retryOutboxEntry', { id, now, which })
      notifyIf(entry !== null)
      return entry
    },
    outboxFigures: () => call('outboxFigures', null),
    applyRetention: (ask) => call('applyRetention', ask),
    findMentions: (ask) => call('findMentions', ask),
    erasePerson: ({ masked, ...ask }) =>
      call('erasePerson', { ...ask, masked: masked.map((next) => caseSave({ next, ledger: [] })) }),
    sharedTime: () => call('sharedTime', null),
    repairClockSkew: (now) => call('repairClockSkew', now),
    deadLetters: (limit) => call('deadLetters', limit),
    snapshot: () => call('snapshot', null),
    onWork: (run) => engine.on('work', run),
    onChange: (run) => engine.on('changes', run),
    healthy: () =>
      engine.probe().then(
        () => true,
        () => false
      ),
    close: () => engine.close(),
    commits: () => engine.commits()
  }
}

function ledgerRow(row: StoredEntry): LedgerRow {
  return { ...row, entry: JSON.parse(row.entry) }
}

function caseOrNull(body: string | null): Case | null {
  return body === null ? null : parseCase(body)
}
