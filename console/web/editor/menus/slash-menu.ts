import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { Messages } from '../../messages/catalogue.ts'
import { insertBlocks } from '../commands/insert.ts'
import type { EditorRequest } from '../commands/keys.ts'
import { type Block, toggleBlock } from '../commands/toggle-block.ts'
import { isLiteral } from '../drawing/gaps.ts'

interface Entry {
  label: string
  detail: string
  run: (view: EditorView) => void
}

/** What can be put into a text, by its name: opened by `/` at the start of a line. */
export function slashMenu (words: Messages['writing'], ask: (request: EditorRequest) => void): Extension {
  const options = entries(words, ask).map(({ label, detail, run }, i): Completion => ({
    label: `/${label}`,
    displayLabel: label,
    // What is used most stands first.
    sortText: String(i).padStart(2, '0'),
    detail,
    apply: (view, _completion, from, to) => {
      view.dispatch({ changes: { from, to }, userEvent: 'input' })
      run(view)
    }
  }))
  const source = (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos)
    const typed = /^[ \t>]*(\/[\p{L} ]{0,20})$/u.exec(line.text.slice(0, context.pos - line.from))?.[1]
    if (typed === undefined || isLiteral(context.state, context.pos)) return null
    return { from: context.pos - typed.length, options, validFor: /^\/[\p{L} ]{0,20}$/u }
  }
  return autocompletion({ override: [source], icons: false, selectOnOpen: true, activateOnTypingDelay: 0, interactionDelay: 0 })
}

function entries (words: Messages['writing'], ask: (request: EditorRequest) => void): Entry[] {
  const block = (label: string, detail: string, block: Block): Entry => ({ label, detail, run: view => void toggleBlock(block)(view) })
  const text = (label: string, detail: string, markdown: string, cursor?: number): Entry => ({
    label,
    detail,
    run: view => view.dispatch({ ...insertBlocks(view.state, markdown, view.state.selection.main, cursor), userEvent: 'input' })
  })
  return [
    block(words.heading, '##', 'h2'),
    block(words.subheading, '###', 'h3'),
    block(words.quote, '>', 'quote'),
    block(words.bullets, '-', 'bullets'),
    block(words.numbers, '1.', 'numbers'),
    { label: words.picturePick, detail: '', run: () => ask('picture') },
    { label: words.attachment, detail: '', run: () => ask('attachment') },
    { label: words.link, detail: '', run: () => ask('link') },
    text(words.rule, '---', '---\n\n'),
    { label: words.footnote, detail: '[^1]', run: insertFootnote },
    text(words.table, '', `| ${words.column} | ${words.column} |\n| --- | --- |\n|  |  |`, 2),
    text(words.code, '```', '```\n\n```', 4)
  ]
}

/** The call at the cursor, the note at the end of the text, where the cursor goes. */
function insertFootnote (view: EditorView): void {
  const { state } = view
  const used = new Set([...state.doc.toString().matchAll(/\[\^(\d+)\]/g)].map(([, number]) => Number(number)))
  let number = 1
  while (used.has(number)) number++
  const { from, to } = state.selection.main
  const end = state.doc.length
  const parting = to < end && state.sliceDoc(end - 1, end) === '\n' ? '\n' : '\n\n'
  const call = `[^${number}]`
  const note = `${parting}${call}: `
  view.dispatch({
    changes: [{ from, to, insert: call }, { from: end, insert: note }],
    selection: { anchor: end - (to - from) + call.length + note.length },
    userEvent: 'input',
    scrollIntoView: true
  })
}
