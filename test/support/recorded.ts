import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { parse, stringify } from 'yaml'

/** Checks that the texts are those that the YAML file records under their names. `RECORD=1` records them. */
export function isRecorded(t: Test, file: URL, texts: Readonly<Record<string, string>>): void {
  const recorded = existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}
  if (process.env.RECORD) writeFileSync(file, stringify({ ...recorded, ...texts }, { lineWidth: 0 }))
  else for (const [name, text] of Object.entries(texts)) t.equal(text, recorded[name], name)
}
