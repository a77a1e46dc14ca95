/** Places in streams that are read bit by bit, each kept as text under its name, as its reader wrote it. */
export interface Cursors {
  /** How far something was read (the System Log), or what was found on the way; null before the first time. */
  cursor(name: string): Promise<string | null>
  /** Replaces it; the last one wins. */
  setCursor(name: string, value: string): Promise<void>
}
