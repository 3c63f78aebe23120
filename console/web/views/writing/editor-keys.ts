import type { KeyBinding } from '../../app/keys.ts'
import type { EditorCommand } from '../../editor/commands/editor-commands.ts'
import type { EditorRequest } from '../../editor/commands/keys.ts'
import type { Messages } from '../../messages/catalogue.ts'

/** The keys of the editor, for the sheet of keys and the palette; the editor listens to them itself. */
export function editorKeys (writing: Messages['writing'], run: (command: EditorCommand) => void, ask: (request: EditorRequest) => void): KeyBinding[] {
  const command = (keys: string, label: string, name: EditorCommand): KeyBinding => ({ keys, label, run: () => run(name) })
  const request = (keys: string, label: string, name: EditorRequest): KeyBinding => ({ keys, label, run: () => ask(name) })
  return [
    command('Ctrl+B', writing.strong, 'strong'),
    command('Ctrl+I', writing.em, 'em'),
    request('Ctrl+K', writing.link, 'link'),
    command('Ctrl+Alt+2', writing.heading, 'h2'),
    command('Ctrl+Alt+3', writing.subheading, 'h3'),
    command('Ctrl+Shift+9', writing.quote, 'quote'),
    command('Ctrl+Shift+8', writing.bullets, 'bullets'),
    command('Ctrl+Shift+7', writing.numbers, 'numbers'),
    command('Ctrl+F', writing.find, 'find'),
    request('Alt+Enter', writing.keyDescribe, 'describe'),
    request('Ctrl+Enter', writing.preview, 'preview'),
    request('Ctrl+S', writing.keySave, 'save'),
    request('Esc', writing.keyLeave, 'leave')
  ]
}
