/** A text with structure, before any markup: each ticket system renders it in its own. Text in it is never markup. */

export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly bold?: boolean }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }

/** The content of one paragraph or list item. */
export type Line = readonly Inline[]

export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly line: Line }
  | { readonly kind: 'bullets' | 'numbers'; readonly lines: readonly Line[] }
