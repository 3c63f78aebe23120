import { Command } from 'commander'
import { addAnnounce } from './commands/announce.ts'
import { addBackup } from './commands/backup.ts'
import { addBootstrap } from './commands/bootstrap.ts'
import { addBundle } from './commands/bundle.ts'
import { addCheckWords } from './commands/check-words.ts'
import { addCopies } from './commands/copies.ts'
import { addDemo } from './commands/demo.ts'
import { addExport } from './commands/export.ts'
import { addFeeds } from './commands/feeds.ts'
import { addFolder } from './commands/folder.ts'
import { addHighlights } from './commands/highlights.ts'
import { addImport } from './commands/import.ts'
import { addInbox } from './commands/inbox.ts'
import { addIssues } from './commands/issues.ts'
import { addKeys } from './commands/keys.ts'
import { addKeep } from './commands/keep.ts'
import { addLock } from './commands/lock.ts'
import { addName } from './commands/name.ts'
import { addNewsletter } from './commands/newsletter.ts'
import { addNode } from './commands/node.ts'
import { addOpml } from './commands/opml.ts'
import { addNotify } from './commands/notify.ts'
import { addPolicy } from './commands/policy.ts'
import { addPrepare } from './commands/prepare.ts'
import { addPublish } from './commands/publish.ts'
import { addRead } from './commands/read.ts'
import { addRestore } from './commands/restore.ts'
import { addRevise } from './commands/revise.ts'
import { addRevisions } from './commands/revisions.ts'
import { addRoot } from './commands/root.ts'
import { addSearch } from './commands/search.ts'
import { addStart } from './commands/start.ts'
import { addSubscribe } from './commands/subscribe.ts'
import { addSubscriptions } from './commands/subscriptions.ts'
import { addVerify } from './commands/verify.ts'
import { addWriters } from './commands/writers.ts'
import type { Context } from './context.ts'

const EXAMPLES = `Write:
  colporteur newsletter create --title "The Long Road"     prints its address, and the words to keep
  colporteur keys confirm "The Long Road"                  when you have written them down
  colporteur publish "The Long Road" issue.md              publishes a Markdown file with its pictures
  colporteur start                                         lets readers in, and opens the console
  colporteur restore                                       goes on with it on a new machine, from the words
Read:
  colporteur subscribe colporteur://… --wait               fetches a newsletter from whoever has it
  colporteur inbox                                         what there is to read
  colporteur read 01k…                                     prints an issue
  colporteur search salt road                              finds issues by their words
See it happen:
  colporteur demo
`

/** The whole command line. It loads neither the network nor the server before a command needs them. */
export function createProgram (context: Context): Command {
  const program = new Command('colporteur')
    .description('A newsletter that its readers carry.')
    .version(context.version)
    .addHelpText('before', EXAMPLES)
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 conflict, 5 not verified, 69 no node answers, 75 nobody found in time, 77 home in use or keys locked, 130 and 143 ended by a signal.')
    .showSuggestionAfterError(true)
    .helpCommand(false)
    .exitOverride()
  for (const add of [
    addStart, addNewsletter, addKeys, addLock, addWriters, addRoot, addRestore, addBackup, addPublish, addImport, addIssues, addRevise, addRevisions, addCopies,
    addKeep, addCheckWords, addSubscribe, addSubscriptions, addAnnounce,
    addPolicy, addPrepare, addInbox, addSearch, addRead, addVerify, addExport, addFeeds, addHighlights,
    addFolder, addName, addOpml, addNotify, addBundle, addNode, addBootstrap, addDemo
  ]) add(program, context)
  for (const command of everyCommand(program)) command.exitOverride().showSuggestionAfterError(true).helpCommand(false)
  for (const command of [program, ...everyCommand(program)]) command.showHelpAfterError(`"${fullName(command)} --help" tells how it is used.`)
  return program
}

function fullName (command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name()
}

function everyCommand (command: Command): Command[] {
  return command.commands.flatMap(child => [child, ...everyCommand(child)])
}
