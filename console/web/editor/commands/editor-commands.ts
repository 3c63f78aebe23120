import { redo, undo } from '@codemirror/commands'
import { openSearchPanel } from '@codemirror/search'
import type { EditorState } from '@codemirror/state'
import type { Command } from '@codemirror/view'
import { blockAt, toggleBlock } from './toggle-block.ts'
import { hasMark, toggleMark } from './toggle-mark.ts'

/** What a toolbar does by itself; the rest is asked of those around the editor. */
const COMMANDS = {
  strong: toggleMark('**'),
  em: toggleMark('*'),
  h2: toggleBlock('h2'),
  h3: toggleBlock('h3'),
  quote: toggleBlock('quote'),
  bullets: toggleBlock('bullets'),
  numbers: toggleBlock('numbers'),
  undo,
  redo,
  find: openSearchPanel
} as const satisfies Record<string, Command>

export type EditorCommand = keyof typeof COMMANDS

export function commandNamed (name: EditorCommand): Command {
  return COMMANDS[name]
}

/** The commands whose result the cursor stands in. */
export function pressedAt (state: EditorState): EditorCommand[] {
  const block = blockAt(state)
  return [...(hasMark(state, '**') ? ['strong' as const] : []), ...(hasMark(state, '*') ? ['em' as const] : []), ...(block ? [block] : [])]
}
