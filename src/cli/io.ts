/** What a command may touch of the process, handed in so that tests can run commands without one. */

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Writes one line to standard output. */
  out(line: string): void
  /** Writes one line to standard error. */
  err(line: string): void
  /** Standard output is a terminal: progress bars and redrawn tables are welcome. */
  readonly isTerminal: boolean
}

/** A command that cannot go on. Each sentence is one line on standard error; the process ends with `exitCode`. */
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
