/* What the pages can do beyond HTML: local times, keys, copying, and pages that refresh themselves. All of it is optional. */

/** How often queue and case pages refresh while the server does not notify them. In milliseconds. */
const REFRESH_MS = 10_000
/** How often they do in any case, so that ages are right. In refreshes. */
const ANYWAY = 6

const DAY_AND_TIME = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' }
const thisYear = new Intl.DateTimeFormat(undefined, DAY_AND_TIME)
const ofDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const otherYear = new Intl.DateTimeFormat(undefined, { ...DAY_AND_TIME, year: 'numeric' })

/** Times in the reader's zone; the exact UTC stays in the hover text. */
function localise(root) {
  for (const time of root.querySelectorAll('time.at')) {
    const at = new Date(time.dateTime)
    if (Number.isNaN(at.getTime())) continue
    const format = at.getFullYear() === new Date().getFullYear() ? thisYear : otherYear
    time.textContent = format.format(at)
  }
  for (const label of root.querySelectorAll('[data-at]:not([data-at=""])')) {
    const at = new Date(label.dataset.at)
    label.textContent = label.textContent.replace(/^(\d\d-\d\d )?\d\d:\d\d/, (_, day) =>
      (day ? thisYear : ofDay).format(at)
    )
  }
  for (const zone of root.querySelectorAll('.utc')) zone.remove()
}

function rows() {
  return [...document.querySelectorAll('[data-row]')]
}

/** Moves the focus along the rows of the queue. */
function step(by) {
  const all = rows()
  const at = all.indexOf(document.activeElement)
  const next = at === -1 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))
  all[next]?.focus()
}

/** Approve or reject: of the focused row in the queue, or of the case on show. */
function act(key, verb) {
  const button = document.querySelector(`a[data-key="${key}"]`)
  if (button) return button.click()
  const row = document.activeElement?.closest('[data-case][data-proposal]')
  if (!row) return
  const form = new URL(row.querySelector('[data-row]').href)
  form.pathname += `/${verb}`
  location.assign(form)
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => act('a', 'approve'),
  r: () => act('r', 'reject'),
  n: () => document.querySelector('a[data-key="n"]')?.click(),
  p: () => document.querySelector('a[data-key="p"]')?.click(),
  u: () => document.querySelector('.crumbs a')?.click(),
  '?': () => document.getElementById('keys')?.showModal(),
  '/': () => document.querySelector('input[type="search"]')?.focus()
}

function isTyping(target) {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  const action = KEYS[event.key]
  if (!action) return
  event.preventDefault()
  action()
})

/** Steps as text: numbered lists keep their numbers. */
function plainText(root) {
  const lines = [...root.children].flatMap((part) =>
    part.tagName === 'OL' ? [...part.children].map((item, n) => `${n + 1}. ${item.textContent}`) : [part.textContent]
  )
  return lines.map((line) => line.trim()).join('\n')
}

/** Shows the buttons that copy, where the browser can. */
function offerCopies(root) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy)
    if (!source || !navigator.clipboard) continue
    button.hidden = false
    const words = button.textContent
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(plainText(source))
      button.textContent = button.dataset.copied
      setTimeout(() => {
        button.textContent = words
      }, 2_000)
    })
  }
}

offerCopies(document)

const print = document.querySelector('[data-print]')
if (print) {
  print.hidden = false
  print.addEventListener('click', () => window.print())
}

/** Puts a fresh list in place of the old one, without losing the place: same scroll, same focused case, open details. */
async function refresh(live) {
  // Ticked cases stay under the finger.
  if (live.querySelector('input:checked')) return
  const response = await fetch(location.href, { headers: { 'x-refresh': '1' }, redirect: 'error' })
  if (!response.ok) return
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html')
  const next = fresh.getElementById('live')
  if (!next) return
  document.querySelector('.banner')?.remove()
  const banner = fresh.querySelector('.banner')
  if (banner) document.getElementById('main').before(banner)
  localise(next)
  const isSame = live.dataset.version
    ? live.dataset.version === next.dataset.version
    : next.innerHTML === live.innerHTML
  if (isSame) return
  const summaryOf = (details) => details.querySelector('summary')?.textContent
  const open = new Set([...live.querySelectorAll('details[open]')].map(summaryOf))
  for (const details of next.querySelectorAll('details')) if (open.has(summaryOf(details))) details.open = true
  if (next.dataset.version) live.dataset.version = next.dataset.version
  const focused = document.activeElement?.closest('[data-case]')?.dataset.case
  live.replaceChildren(...next.childNodes)
  offerCopies(live)
  document.querySelector('.tabs')?.replaceWith(fresh.querySelector('.tabs'))
  document.title = fresh.title
  if (focused) document.querySelector(`[data-case="${CSS.escape(focused)}"] [data-row]`)?.focus({ preventScroll: true })
}

localise(document)
for (const hint of document.querySelectorAll('[data-keys]')) hint.hidden = false
const live = document.querySelector('[data-live]')

/** Refreshes while the page is visible: when the server says that something changed, or every few seconds without its word. */
function follow(live) {
  let source = null
  let isBusy = false
  let isStale = false
  let quiet = 0
  async function update() {
    isStale = true
    if (isBusy || document.hidden) return
    isBusy = true
    while (isStale) {
      isStale = false
      quiet = 0
      await refresh(live).catch(() => undefined)
    }
    isBusy = false
  }
  function connect() {
    source?.close()
    source = null
    if (document.hidden || !globalThis.EventSource) return
    source = new EventSource(live.dataset.live)
    source.addEventListener('changed', update)
  }
  connect()
  document.addEventListener('visibilitychange', () => {
    connect()
    update()
  })
  addEventListener('pagehide', () => source?.close())
  setInterval(() => {
    quiet += 1
    if (source?.readyState !== 1 || quiet >= ANYWAY) update()
  }, REFRESH_MS)
}

if (live) follow(live)
