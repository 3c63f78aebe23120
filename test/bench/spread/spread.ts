import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { WrongValue } from '../benches.ts'
import { chartOf } from './chart.ts'
import { startColporteur } from './colporteur.ts'
import { hasLibtorrent, startLibtorrent } from './libtorrent.ts'
import { MODES } from './mode.ts'
import type { StartPeer } from './peer.ts'
import { startPlain } from './plain.ts'
import { noiseOf, type Row } from './row.ts'
import { runTrial } from './trial.ts'
import { WORKLOADS } from './workload.ts'

/**
 * How an issue spreads from an author's line to many readers: Colporteur, plain Hyperdrive and, where the machine has it,
 * libtorrent in turn, each in real processes on links of the same rates, delays and queues, in user space. `--workload
 * A|A-slow|A-slowest|text|B|C`, `--readers N`, `--mode NAME` (see mode.ts), `--system NAME`, each as often as wanted; `--runs N` of
 * each; `--chart FILE` for a picture (SVG); `--json` for one line of JSON on stdout.
 */

const SYSTEMS: Record<string, StartPeer> = { colporteur: startColporteur, plain: startPlain, ...hasLibtorrent() && { libtorrent: startLibtorrent } }
/** It knows no subscriptions: its peers learn of a torrent, all at once. */
const COLD_ONLY = ['libtorrent']
const HEADS = ['system', 'workload', 'readers', 'mode', 'complete', 'egress', 'received', 'first', 'median', 'last', 'round trips', 'CPU s/MB', 'RSS MB', 'drops', 'CPU use']

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    workload: { type: 'string', multiple: true, default: ['A'] },
    readers: { type: 'string', multiple: true, default: ['1', '4', '8'] },
    mode: { type: 'string', multiple: true, default: ['connected', 'cold'] },
    system: { type: 'string', multiple: true, default: Object.keys(SYSTEMS) },
    runs: { type: 'string', default: '1' },
    chart: { type: 'string' },
    json: { type: 'boolean', default: false }
  }
})
// A trial starts many processes, and each ends with this one.
process.setMaxListeners(128)
const rows: Row[] = []
if (!values.json) console.log(HEADS.join('\t'))
for (const workload of chosen('workload', values.workload, Object.keys(WORKLOADS))) {
  for (const mode of chosen('mode', values.mode, Object.keys(MODES))) {
    for (const readers of values.readers.map(number)) {
      for (let run = 0; run < number(values.runs); run++) {
        for (const system of chosen('system', values.system, Object.keys(SYSTEMS))) {
          if (COLD_ONLY.includes(system) && (mode !== 'cold' || WORKLOADS[workload]!.issues > 1)) continue
          const row = await runTrial({ system, start: SYSTEMS[system]!, name: workload, workload: WORKLOADS[workload]!, readers, mode })
          rows.push(row)
          if (!values.json) console.log(Object.values(row).map(value => value ?? '-').join('\t'))
        }
      }
    }
  }
}
if (values.chart !== undefined) await writeFile(values.chart, chartOf(rows))
if (values.json) console.log(JSON.stringify({ rows }))
else console.log(`Bytes count as Ethernet frames over the content: 1.05 is perfect. Times are over the least that is possible. With a CPU use above 0.6 they measure the machine.\n${noise()}`)

function noise (): string {
  const spread = noiseOf(rows)
  return spread === null ? 'One run of each: how noisy they are is not known; --runs 3 tells.' : `Times of runs of the same differ by up to ${Math.round(spread * 100)} % of their median.`
}

function chosen (option: string, names: string[], all: string[]): string[] {
  const unknown = names.find(name => !all.includes(name))
  if (unknown !== undefined) throw new WrongValue(`--${option} ${unknown}: there are ${all.join(', ')}.`)
  return names
}

function number (text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new WrongValue(`${text} is not a number of 1 or more.`)
  return value
}
