/** `npm run docs` regenerates the documents; `npm run docs:check` fails when one is out of date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { documents } from './documents.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => (existsSync(new URL(path, root)) ? readFileSync(new URL(path, root), 'utf8') : '')
const stale = documents(read).filter(({ path, text }) => read(path) !== text)

if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is out of date: run npm run docs.`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const { path, text } of stale) {
    writeFileSync(new URL(path, root), text)
    console.log(`${path} regenerated.`)
  }
}
