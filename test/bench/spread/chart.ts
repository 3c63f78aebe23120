import type { Row } from './row.ts'

const ROW = 26
const LEFT = 300
const WIDTH = 420
const COLORS = ['#8a2f1c', '#557a95', '#7a8a55', '#a58a4a']

/** Bars of two figures of each row, as a picture: how often the content left its first holder, and the time until the last reader had it. */
export function chartOf (rows: Row[]): string {
  const systems = [...new Set(rows.map(({ system }) => system))]
  const panels = [
    { title: 'Sent by who had it first, times the content (1.05 is perfect)', of: (row: Row) => row.egress },
    { title: 'Time until the last reader had it, times the least that is possible', of: (row: Row) => row.lastOverBound }
  ]
  const height = panels.length * (rows.length * ROW + 60)
  const body = panels.map(({ title, of }, panel) => {
    const top = panel * (rows.length * ROW + 60) + 30
    const most = Math.max(...rows.map(row => of(row) ?? 0))
    const bars = rows.map((row, i) => {
      const y = top + 12 + i * ROW
      const width = (of(row) ?? 0) / most * WIDTH
      const name = `${row.system}: ${row.workload}, ${row.readers} readers, ${row.mode}`
      return `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${escape(name)}</text>` +
        `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 8}" fill="${COLORS[systems.indexOf(row.system) % COLORS.length]!}"/>` +
        `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 14}">${of(row) ?? 'not everybody got it'}</text>`
    })
    return `<text x="8" y="${top}" font-weight="bold">${escape(title)}</text>${bars.join('')}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 60} ${height}" font-family="system-ui, sans-serif" font-size="13">` +
    `<rect width="100%" height="100%" fill="#fff"/>${body.join('')}</svg>\n`
}

function escape (text: string): string {
  return text.replace(/[&<>]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]!)
}
