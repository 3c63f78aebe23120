import { completionStatus } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands'
import { type Extension, Prec } from '@codemirror/state'
import { type Command, type EditorView, keymap } from '@codemirror/view'
import { openSearchPanel, searchKeymap, searchPanelOpen } from '@codemirror/search'
import { deleteOpening, isIn, newLine, newParagraph } from './enter.ts'
import { lineMotion } from './gap-motion.ts'
import { toggleBlock } from './toggle-block.ts'
import { toggleMark } from './toggle-mark.ts'

/** What the editor asks of those around it, by key or from its menus. */
export type EditorRequest = 'link' | 'picture' | 'attachment' | 'describe' | 'save' | 'preview' | 'leave'

/** The keys of the editor. Tab leaves it, except in a list, where it nests the item. */
export function keys (ask: (request: EditorRequest) => void): Extension {
  const asking = (request: EditorRequest): Command => () => {
    ask(request)
    return true
  }
  return [
    history(),
    Prec.high(keymap.of([
      { key: 'Enter', run: newParagraph, shift: newLine },
      { key: 'Backspace', run: deleteOpening },
      { key: 'ArrowDown', run: lineMotion(true, false), shift: lineMotion(true, true) },
      { key: 'ArrowUp', run: lineMotion(false, false), shift: lineMotion(false, true) },
      { key: 'Tab', run: inList(indentMore), shift: inList(indentLess) },
      { key: 'Mod-b', run: toggleMark('**') },
      { key: 'Mod-i', run: toggleMark('*') },
      { key: 'Mod-e', run: toggleMark('`') },
      { key: 'Mod-k', run: asking('link'), preventDefault: true, stopPropagation: true },
      { key: 'Mod-Alt-2', run: toggleBlock('h2') },
      { key: 'Mod-Alt-3', run: toggleBlock('h3') },
      { key: 'Mod-Shift-9', run: toggleBlock('quote') },
      { key: 'Mod-Shift-8', run: toggleBlock('bullets') },
      { key: 'Mod-Shift-7', run: toggleBlock('numbers') },
      { key: 'Alt-Enter', run: asking('describe') },
      { key: 'Mod-s', run: asking('save'), preventDefault: true },
      { key: 'Mod-Enter', run: asking('preview'), preventDefault: true },
      { key: 'Mod-f', run: openSearchPanel, preventDefault: true }
    ])),
    keymap.of([...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter' && key !== 'Mod-i'), ...historyKeymap, ...searchKeymap]),
    // What is open over the text is closed first.
    Prec.highest(keymap.of([{ key: 'Escape', run: view => !isCovered(view) && asking('leave')(view) }]))
  ]
}

function isCovered ({ state }: EditorView): boolean {
  return completionStatus(state) === 'active' || searchPanelOpen(state)
}

function inList (command: Command): Command {
  return (view: EditorView) => isIn(view.state, view.state.selection.main.head, 'ListItem') && command(view)
}
