/** A bar for long work, redrawn in place; nothing at all when nobody watches. */
import type { CliIo } from './io.ts'

export interface Progress {
  /** So much of `all` is done; `what` names the part at work. */
  show(done: number, all: number, what: string): void
}

const WIDTH = 30
/** Cursor one line up, line cleared. */
const REDRAW = '\u001b[1A\u001b[2K'

export function createProgress(io: CliIo): Progress {
  let drawn = ''
  return {
    show(done, all, what) {
      if (!io.isTerminal) return
      const share = all === 0 ? 1 : Math.min(1, done / all)
      const filled = Math.round(share * WIDTH)
      const bar = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} % ${done} of ${all}, ${what}`
      if (bar === drawn) return
      io.err(drawn === '' ? bar : `${REDRAW}${bar}`)
      drawn = bar
    }
  }
}
