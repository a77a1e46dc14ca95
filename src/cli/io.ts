/** What a command may touch of the process; tests run commands without one. */

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes one line to standard output. */
  out(line: string): void
  /** Writes one line to standard error. */
  err(line: string): void
  /** Standard error, where progress is shown, is a terminal: a bar may be redrawn. */
  readonly isTerminal: boolean
  /** Asks a person for one line; left out when nobody is there. */
  readonly ask?: (question: string) => Promise<string>
  /** Width of that terminal. */
  readonly columns?: number
}

/** A command that failed. Each sentence is one line on standard error; the process ends with `exitCode`. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly sentences: readonly string[]
  readonly exitCode: number

  constructor(sentences: readonly string[], exitCode = 1) {
    super(sentences.join('\n'))
    this.sentences = sentences
    this.exitCode = exitCode
  }
}

export interface Progress {
  /** Shows that `done` of `all` is finished; `what` names the current part. */
  show(done: number, all: number, what: string): void
}

const WIDTH = 30
/** Cursor one line up, line cleared. */
const REDRAW = '\u001b[1A\u001b[2K'

/** Without a terminal, a line this often. */
const LINE_EVERY_MS = 10_000

export function createProgress(io: CliIo): Progress {
  let drawn = ''
  let saidAt = performance.now()
  return {
    show(done, all, what) {
      if (!io.isTerminal) {
        if (performance.now() - saidAt < LINE_EVERY_MS) return
        saidAt = performance.now()
        io.err(`${done} of ${all} ${what}`)
        return
      }
      const share = all === 0 ? 1 : Math.min(1, done / all)
      const filled = Math.round(share * WIDTH)
      const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} % ${done} of ${all}, ${what}`
      if (bar === drawn) return
      io.err(drawn === '' ? bar : `${REDRAW}${bar}`)
      drawn = bar
    }
  }
}
