/**
 * All tests: the test files of a folder share a process, because to start one and to load the service costs more than
 * most files do. `tap FILE` runs one file alone.
 */
import { globSync } from 'node:fs'
import t from 'tap'

const FOLDER_TIMEOUT_MS = 1_200_000
const TEST = import.meta.dirname
/** Those that take longest start first. */
const FIRST = ['scenarios', 'store', 'browser', 'ticket', 'cli']

const [folder] = process.argv.slice(2)
if (folder) await runFolder(folder)
else spawnFolders()

function spawnFolders(): void {
  t.setTimeout(0)
  t.jobs = Number(process.env.TAP_JOBS ?? 1)
  const folders = new Set(globSync('*/**/*.test.ts', { cwd: TEST }).map((file) => file.split('/')[0] ?? file))
  for (const name of new Set([...FIRST, ...[...folders].sort()])) {
    void t.spawn(process.execPath, [import.meta.filename, name], { timeout: FOLDER_TIMEOUT_MS }, `test/${name}`)
  }
}

async function runFolder(name: string): Promise<void> {
  const files = globSync(`${name}/**/*.test.ts`, { cwd: TEST }).sort()
  // Tests wait until all files are loaded, so a file must not wait for its own tests while it loads. A file limits the time
  // of its process, which is meant for that file alone.
  await t.test(`${files.length} files are loaded`, async () => {
    for (const file of files) await import(`./${file}`)
    t.setTimeout(FOLDER_TIMEOUT_MS)
  })
}
