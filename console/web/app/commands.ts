import type { Phrases } from '../messages/catalogue.ts'
import type { ConsoleParts } from './console-parts.ts'
import { navigationFor } from './navigation.ts'

export interface Command { label: string, run: () => void }

const THEMES = ['system', 'light', 'dark'] as const

/** Everything that a person can ask for by name, from where they are. */
export function commandsOf ({ live, router, keys, settings }: ConsoleParts, phrases: Phrases): Command[] {
  const { shell, restoring } = phrases
  const themes = { system: shell.themeSystem, light: shell.themeLight, dark: shell.themeDark }
  // Two keys that do the same are one thing to ask for.
  const bound = keys.bindings.filter(({ keys, label }, i, all) => !keys.startsWith('g ') && all.findIndex(other => other.label === label) === i)
  // Who writes one newsletter has no place in the rail any more to begin another; to subscribe never had one.
  const places = new Set(navigationFor(live).flatMap(({ items }) => items.map(({ path }) => path)))
  const elsewhere = ([
    ['/start', shell.startNewsletter], ['/subscribe', phrases.reading.subscribeTitle], ['/prepare', phrases.holding.travel], ['/highlights', phrases.holding.highlights],
    ['/restore', restoring.title]
  ] as const).filter(([path]) => !places.has(path))
  return [
    ...navigationFor(live).flatMap(({ items }) => items.map(({ path, label }) => ({ label: label(phrases), run: () => router.go(path) }))),
    ...elsewhere.map(([path, label]) => ({ label, run: () => router.go(path) })),
    ...bound.map(({ label, run }) => ({ label, run })),
    ...[...live.newsletters.values()].map(({ address, title }) => ({ label: title || address, run: () => router.go(`/newsletters/${address}`) })),
    ...THEMES.map(theme => ({ label: `${shell.theme}: ${themes[theme]}`, run: () => settings.set({ theme }) }))
  ]
}

/** Those that have all letters of what was typed in its order; those that begin with it first. */
export function matching (commands: Command[], typed: string): Command[] {
  const wanted = plain(typed)
  const ranked = commands.map(command => ({ command, rank: rankOf(plain(command.label), wanted) }))
  return ranked.filter(({ rank }) => rank < Infinity).sort((a, b) => a.rank - b.rank).map(({ command }) => command)
}

function rankOf (label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 0
  if (label.includes(` ${wanted}`)) return 1
  if (label.includes(wanted)) return 2
  let from = 0
  for (const letter of wanted) {
    const found = label.indexOf(letter, from)
    if (found === -1) return Infinity
    from = found + 1
  }
  return 3
}

/** Without case and accents. */
function plain (text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
