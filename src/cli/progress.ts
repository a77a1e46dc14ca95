/** A progress bar for people; nothing when the output goes elsewhere. */
import type { CliIo } from './io.ts'

const WIDTH = 30

/** Redraws the bar; `done` is from 0 to 1, and 1 ends the line. */
export function showProgress(io: CliIo, done: number, what: string): void {
  if (!io.isTerminal || !io.redraw) return
  const full = Math.round(WIDTH * done)
  io.redraw(`[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}] ${Math.round(done * 100)} % ${what}`, done >= 1)
}
