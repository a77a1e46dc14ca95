/**
 * `npm run glossary` lists words that the field has a better word for, in code, comments and documents, by file and line.
 * It is not part of `npm run check` until nothing is left.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFiles } from './source-files.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Each word, and the word to use. A word is found in identifiers too: `openErrands`, `isStanding`. */
const WORDS: Readonly<Record<string, string>> = {
  anew: 'again',
  chore: 'singleton job',
  chores: 'singleton jobs',
  dice: 'random',
  door: 'authentication, access guard',
  duties: 'singleton jobs',
  duty: 'singleton job, lease',
  errand: 'outbox entry',
  errands: 'outbox entries',
  fate: 'disposition',
  happening: 'telemetry event',
  happenings: 'telemetry events',
  heard: 'received, parsed',
  heed: 'apply',
  lane: 'priority, pool, dispatcher, track',
  lanes: 'priorities, pools, dispatchers, tracks',
  lasting: 'sustained',
  spared: 'deferred',
  sparing: 'minimal',
  standing: 'status, permission',
  told: 'delivered, emitted, change',
  trouble: 'error, failure',
  troubles: 'errors, failures',
  unspared: 'failed',
  vigil: 'takeover window',
  whoever: 'who, the person who'
}

const PHRASES: Readonly<Record<string, string>> = {
  'by itself': 'automatically, alone',
  'by themselves': 'automatically, alone',
  'goes on': 'resumes, continues',
  'go on': 'resume, continue',
  'of ours': 'our',
  '(?<!there )is no(?! longer| more)': 'is not a'
}

/** What is meant as written: the start of a path, and the word. */
const ALLOWED: readonly (readonly [path: string, word: string])[] = [
  // The wording of the runbook, and of the steps that users get, is good as it is.
  ...['anew', 'by itself', 'by themselves', 'go on', 'goes on', 'trouble'].map(
    (word) => ['deploy/runbook.md', word] as const
  ),
  ...['anew', 'by itself', 'go on', 'trouble', 'whoever'].map((word) => ['src/ticket/draft/', word] as const),
  // What a mail server answers.
  ['src/ticket/mail/smtp.ts', 'go on'],
  ...['fate', 'duties', 'vigil', 'spared'].map((word) => ['deploy/design.md', word] as const),
  // Names kept in stored data (deploy/design.md), and the migrations that rename the others.
  ...['fate', 'duties', 'told'].map((word) => ['src/store/', word] as const),
  ...['spared', 'vigil'].flatMap((word) =>
    ['src/case/', 'src/domain/', 'src/okta/reads/'].map((path) => [path, word] as const)
  )
]

const SEARCHED = projectFiles()
  .filter((path) =>
    /^(src\/.*\.(ts|mts|mjs|sql)|README\.md|deploy\/.*\.(md|ya?ml|tf|sh|json)|\.env\.example)$/.test(path)
  )
  .sort()

const found = SEARCHED.flatMap((path) =>
  readFileSync(join(ROOT, path), 'utf8')
    .split('\n')
    .flatMap((line, at) =>
      wordsFound(line)
        .filter((word) => !ALLOWED.some(([start, allowed]) => allowed === word && path.startsWith(start)))
        .map((word) => `${path}:${at + 1} ${word} (${WORDS[word] ?? PHRASES[word]}): ${line.trim().slice(0, 120)}`)
    )
)
for (const finding of found) console.log(finding)
console.log(`${found.length} findings`)
process.exitCode = found.length > 0 ? 1 : 0

function wordsFound(line: string): readonly string[] {
  const words =
    line
      .replaceAll(/pager_?duty/gi, '')
      .match(/[A-Z]?[a-z]+|[A-Z]+/g)
      ?.map((word) => word.toLowerCase()) ?? []
  const phrases = Object.keys(PHRASES).filter((phrase) => new RegExp(`\\b${phrase}\\b`, 'i').test(line))
  return [...new Set(words.filter((word) => Object.hasOwn(WORDS, word))), ...phrases]
}
