/** Tables. On a phone a row is a block, and its cells carry the names of their columns. Pure. */
import { html, type Markup, type Part } from '../html.ts'

/** The first cell of a row names it. A column without words has buttons or links. */
export function table(label: string, heads: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  const head = (words: string) => (words === '' ? html`<td></td>` : html`<th scope="col">${words}</th>`)
  const cell = (part: Part, index: number) =>
    index === 0 ? html`<th scope="row">${part}</th>` : html`<td data-label="${html`${heads[index]}`}">${part}</td>`
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${html`${label}`}, table"><table>
<thead><tr>${heads.map(head)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`)}</tbody>
</table></div>`
}
