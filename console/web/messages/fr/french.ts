import type { Messages } from '../en/english.ts'
import type { Formats } from '../formats.ts'
import { holding } from './holding.ts'
import { histories } from './histories.ts'
import { locks } from './locks.ts'
import { machine } from './machine.ts'
import { publishing } from './publishing.ts'
import { reading } from './reading.ts'
import { restoring } from './restoring.ts'
import { revising } from './revising.ts'
import { root } from './root.ts'
import { searching } from './searching.ts'
import { shell } from './shell.ts'
import { trust } from './trust.ts'
import { writing } from './writing.ts'

export function french (formats: Formats): Messages {
  return {
    shell: shell(formats),
    reading: reading(formats),
    trust: trust(formats),
    histories: histories(formats),
    holding: holding(formats),
    searching: searching(formats),
    writing: writing(formats),
    publishing: publishing(formats),
    revising: revising(formats),
    root: root(formats),
    locks: locks(),
    restoring: restoring(formats),
    machine: machine(formats)
  }
}
