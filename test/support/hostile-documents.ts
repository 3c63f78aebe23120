import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** So many documents stand in one issue, which is opened once. */
const IN_ONE = 400
export const LAST_WORDS = 'The end of it'
/** What lists, feeds and books show of an issue is its author's as well. */
const TITLE = '"\'><img src=http://tracker.test/p onerror=alert(1)><script>alert(1)</script>'

/** A piece of Markdown or HTML, and whose. */
export interface HostileDocument { source: string, html: string }

/** Documents that want out of their frame, or to tell somebody that they were opened. */
const OWN = [
  '<script>parent.postMessage({ kind: "laid", height: 1, blocks: [] }, "*")</script>',
  '<img src=x onerror="fetch(\'http://tracker.test/p\')">',
  '<svg onload="top.location = \'http://tracker.test/p\'"><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>parent.parent.location=\'http://tracker.test/p\'</script>"></iframe>',
  '<meta http-equiv="refresh" content="0;url=http://tracker.test/p">',
  '<link rel="stylesheet" href="http://tracker.test/p">',
  '<link rel="dns-prefetch" href="http://tracker.test/p"><link rel="preconnect" href="http://tracker.test/p">',
  '<style>@import url(http://tracker.test/p); body { background: url(http://tracker.test/p) }</style>',
  '<div style="position:fixed;inset:0;background:url(http://tracker.test/p)">over everything</div>',
  '<form action="http://tracker.test/p"><button autofocus>Send</button></form>',
  '<base href="http://tracker.test/p/">',
  '<object data="http://tracker.test/p"></object><embed src="http://tracker.test/p">',
  '<video poster="http://tracker.test/p" src="http://tracker.test/p" autoplay></video>',
  '<a href="javascript:alert(1)">click</a> <a ping="http://tracker.test/p" href="#text-x">ping</a>',
  '![a picture](http://tracker.test/p "title") ![](//tracker.test/p) ![](data:image/svg+xml,<svg/onload=alert(1)>)',
  '[a link](javascript:alert(1)) [another](data:text/html,<script>alert(1)</script>) [third](vbscript:x)',
  '<a href="http://tracker.test/p" target="_top">top</a> <a href="http://tracker.test/p" target="_parent">parent</a>',
  '<img srcset="http://tracker.test/p 1x" src=""><picture><source srcset="http://tracker.test/p"></picture>',
  '<math><mtext><table><mglyph><style><img src=http://tracker.test/p onerror=alert(1)>',
  '<noscript><p title="</noscript><img src=http://tracker.test/p onerror=alert(1)>">',
  '<input type=image src=http://tracker.test/p><body background=http://tracker.test/p onload=alert(1)>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<template shadowrootmode=open><script>alert(1)</script></template>',
  '<portal src=http://tracker.test/p></portal><frameset onload=alert(1)>'
]

export const OWN_DOCUMENTS: HostileDocument[] = OWN.map(html => ({ source: 'own', html }))

/** The documents of a corpus: one JSON object with `html` in each line. Null when none is named. */
export async function hostileCorpus (): Promise<HostileDocument[] | null> {
  const folder = process.env['COLPORTEUR_HOSTILE_DOCUMENTS']
  if (!folder) return null
  const files = (await readdir(folder)).filter(name => name.endsWith('.jsonl'))
  const lines = await Promise.all(files.map(async name => (await readFile(join(folder, name), 'utf8')).trim().split('\n')))
  return lines.flat().map(line => JSON.parse(line) as HostileDocument)
}

/** Issues that hold such documents: their Markdown, with a title that would like to do something as well. */
export function hostileIssues (documents: HostileDocument[]): { title: string, markdown: string }[] {
  return Array.from({ length: Math.ceil(documents.length / IN_ONE) }, (_, i) => {
    const title = `Hostile ${i + 1} ${TITLE}`
    const texts = documents.slice(i * IN_ONE, (i + 1) * IN_ONE).map(({ html }) => html)
    // Each ends what the one before may have left open.
    const text = texts.join('\n\n```\n```\n\n')
    return { title, markdown: `---\ntitle: ${JSON.stringify(title)}\n---\n\n${text}\n\n\`\`\`\n\`\`\`\n\n${LAST_WORDS}\n` }
  })
}
