import t from 'tap'
import { checkPicture, type PictureVerdict } from '../../shared/pictures/check-picture.ts'
import { gif, multiplyingSvg, png, svg } from '../support/pictures.ts'

const NAMESPACES = 'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:q="http://www.w3.org/1999/xlink"'
const PARTS = /more than 200,000 parts/

async function check (bytes: Uint8Array): Promise<PictureVerdict> {
  return await checkPicture({ sizeBytes: bytes.length, read: async function * (start, end) { yield bytes.subarray(start, end + 1) } })
}

/** A drawing that multiplies, with another beginning. */
function after (prolog: string, levels = multiplyingSvg(8).toString()): Buffer {
  return Buffer.from(prolog + levels.slice(levels.indexOf('<svg')))
}

t.test('a drawing that multiplies is not shown, however it writes what it uses', async t => {
  const using = (attributes: (id: string) => string): Buffer => multiplyingSvg(8, id => `<use ${NAMESPACES} ${attributes(id)}/>`)
  const painting = (css: (id: string) => string, paint = (id: string) => `<rect class="${id}"/>`, kind = 'pattern'): Buffer => {
    const ids = Array.from({ length: 9 }, (_, i) => `g${i}`)
    return svg('', `<style>${ids.map(css).join('')}</style>${ids.slice(1).map((id, i) => `<${kind} id="${id}">${paint(ids[i]!).repeat(10)}</${kind}>`).join('')}<path id="g0"/>`)
  }
  const refused: [name: string, bytes: Buffer | string, why: RegExp][] = [
    ['a letter by its number', using(id => `href="&#35;${id}"`), PARTS],
    ['in another base', using(id => `href="&#x00023;${id}"`), PARTS],
    ['another prefix', using(id => `q:href="#${id}"`), PARTS],
    ['a letter by a name', after('<!DOCTYPE svg [<!ENTITY h "#">]>', using(id => `href="&h;${id}"`).toString()), PARTS],
    ['by a name that only pages have', after('<!DOCTYPE svg PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x">', using(id => `href="&num;${id}"`).toString()), /can not read it \(.*entity/],
    ['a letter as addresses have it', using(id => `href="#%67${id.slice(1)}"`), PARTS],
    ['an address with letters that are left out', using(id => `href="#&#10;${id}"`), PARTS],
    ['an address of its own', using(id => `href="about:blank#${id}"`), PARTS],
    ['a name that is not taken for one', multiplyingSvg(8, id => `<use href="#${id}(1"/>`).toString().replace(/id="(g\d)"/g, 'id="$1(1"'), PARTS],
    ['once it moves', multiplyingSvg(8, id => `<use><set attributeName="href" to="#${id}"/></use>`), PARTS],
    ['painted with another after a while', svg('', `<g><animate attributeName="fill" values="url(#a);url(#b)"/>${'<path/>'.repeat(10)}</g>`), /changes what/],
    ['of another class after a while', svg('', '<g><set attributeName="class" to="a"/></g>'), /changes what/],
    ['with more points after a while', svg('', `<marker id="m">${'<path/>'.repeat(1_000)}</marker><path marker-mid="url(#m)"><animate attributeName="d" to="${'h1'.repeat(1_000)}"/></path>`), PARTS],
    ['in a style sheet', painting(id => `.${id}{fill:url(#${id})}`), PARTS],
    ['by the name of an element', painting(id => `${id}{fill:url(#${id})}`, id => `<${id}/>`, 'mask'), PARTS],
    ['by something about it', painting(id => `[class="${id}"]{fill:url(#${id})}`), PARTS],
    ['with its letters escaped', painting(id => `.${id}{fill:\\75rl(\\23 ${id})}`), PARTS],
    ['in capitals, in CDATA', painting(id => `<![CDATA[.${id}{fill:URL( "#${id}" )}]]>`), PARTS],
    ['with remarks and texts in it', painting(id => `.x{content:"}/*"}.${id}/*{*/{fill:url(#${id})}`), PARTS],
    ['with blocks in parentheses', painting(id => `.${id}{--x:(});fill:url(#${id})}`), PARTS],
    ['by a property of its own', painting(id => `.${id}{--x:url(#${id})}path{fill:var(--x)}`, id => `<g class="${id}"><path/></g>`), PARTS],
    ['handed on to what is in a group', svg('', `${Array.from({ length: 8 }, (_, i) => `<pattern id="g${i + 1}"><g fill="url(#g${i})">${'<path/>'.repeat(10)}</g></pattern>`).join('')}<path id="g0"/>`), PARTS],
    ['a tag with very much in it', svg('', `<a ${Array.from({ length: 1_001 }, (_, i) => `a${i}="" `).join('')}/>`), /more than 1,000 attributes/],
    ['taken from what is around', svg('', `<mask id="m">${'<path/>'.repeat(1_000)}</mask><g mask="url(#m)">${'<path mask="inherit"/>'.repeat(1_000)}</g>`), PARTS],
    ['at each point of a line', svg('', `<marker id="m">${'<path/>'.repeat(1_000)}</marker><path marker-mid="url(#m)" d="${'h1'.repeat(1_000)}"/>`), PARTS],
    ['a large part, often', svg('', `<g id="a">${'<path/>'.repeat(1_000)}</g>${'<use href="#a"/>'.repeat(1_000)}`), PARTS],
    ['on a way back', svg('', `<use href="#g0"/>${Array.from({ length: 8 }, (_, i) => `<g id="g${i}">${i > 0 ? `<use href="#g${i - 1}"/>` : ''}${`<use href="#g${i + 1}"/>`.repeat(10)}</g>`).reverse().join('')}<path id="g8"/>`), PARTS],
    ['behind a remark that begins like one at its end', after('<!--><svg><![CDATA[ -->'), PARTS],
    ['behind one more', after('<!---><svg><![CDATA[ -->'), PARTS],
    ['behind a quotation mark in an instruction', Buffer.from(after('<!DOCTYPE svg [<?a "?>]>').toString().replaceAll('"', "'").replace("<?a '?>", '<?a "?>')), /declares more/],
    ['behind what it declares of its elements', Buffer.from('<!DOCTYPE svg [<!ATTLIST use href CDATA "#a">]><svg/>'), /declares more/],
    ['texts in texts behind a remark', Buffer.from('<!--><svg><![CDATA[ --><!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'), /repeats text/],
    ['one text, very often', Buffer.from(`<!DOCTYPE svg [<!ENTITY a "${'a'.repeat(200)}">]><svg>${'&a;'.repeat(100_000)}</svg>`), /repeats text/],
    ['behind a letter that is no space to a browser', multiplyingSvg(30, id => `<use x\ufeffhref="#n" href="#${id}"/>`), PARTS],
    ['behind one like it', multiplyingSvg(30, id => `<use x\u1680="" href="#${id}"/>`), /can not read|parts/],
    ['said twice', multiplyingSvg(8, id => `<use href="#n" href="#${id}"/>`), /can not read it \(.*duplicate attribute/],
    ['behind a quotation mark in an address that is none to a style sheet', painting(id => `x{b:url(\u00a0") }.${id}{fill:url(#${id})}y{c:")}`), PARTS],
    ['behind what looks like an address', painting(id => `x{b:#url(q ")" )}.${id}{fill:url(#${id})}y{c:""}`), PARTS],
    ['at each point of a line that its style draws', svg('', `<marker id="m">${'<path/>'.repeat(1_000)}</marker><path marker-mid="url(#m)" style="d:path('M0 0${'h1'.repeat(1_000)}')"/>`), PARTS],
    ['that a style sheet draws', svg('', `<style>path{d:path('M0 0${'h1'.repeat(1_000)}')}</style><marker id="m">${'<path/>'.repeat(1_000)}</marker><path marker-mid="url(#m)"/>`), PARTS],
    ['led elsewhere from elsewhere after a while', svg('', '<use id="a" href="#b"/><set href="#a" attributeName="href" to="#c"/>'), /from elsewhere/],
    ['a long line, often', svg('', `<path id="p" d="M0 0${'h1'.repeat(500_000)}"/>${'<use href="#p"/>'.repeat(1_000)}`), PARTS],
    ['a long text, often', svg('', `<text id="p">${'abc '.repeat(250_000)}</text>${'<use href="#p"/>'.repeat(1_000)}`), PARTS],
    ['behind a remark that another sheet leaves open', svg('', `<style>/*</style><style>path{fill:url(#b)}</style><pattern id="b">${'<circle/>'.repeat(1_000)}</pattern>${'<path/>'.repeat(1_000)}`), PARTS],
    ['behind a text that another leaves open', svg('', `<style>x{a:"</style><style>path{fill:url(#b)}</style><pattern id="b">${'<circle/>'.repeat(1_000)}</pattern>${'<path/>'.repeat(1_000)}`), PARTS],
    ...Object.entries({
      'a letter that is none': ['a\ufffdb', 'fill="url(#a\\0 b)"'],
      'half a letter': ['a\ufffdb', 'fill="url(#a\\d800 b)"'],
      'a letter beside what is no escape': ['éA', 'style="mask:url(#é%41) 50%"'],
      'a letter of Latin-1': ['é', 'fill="url(#%E9)"']
    }).map(([name, [id, use]]): [string, Buffer, RegExp] => [name, svg('', `<pattern id="${id}">${'<circle/>'.repeat(1_000)}</pattern>${`<path ${use}/>`.repeat(1_000)}`), PARTS]),
    ...Object.entries({
      'a word with a letter that has two small ones': ['.aΣ.Σ', 'class="aΣ Σ"'],
      'an id with a letter that is no space': ['#a\ufeffb', 'id="a\ufeffb"']
    }).map(([name, [selector, called]]): [string, Buffer, RegExp] => [name, svg('', `<style>${selector}{fill:url(#b)}</style><pattern id="b">${'<circle/>'.repeat(1_000)}</pattern>${`<path ${called}/>`.repeat(1_000)}`), PARTS]),
    ['a sheet in an address with a letter between that is left out', Buffer.from('<?xml-stylesheet href="da\tta:text/css,a"?><svg/>'), /style sheets/],
    ['a drawing in other words', svg('', '<path mask="url(data:application/mathml+xml,a#b)"/>'), /another drawing/],
    ['very many names in one value', svg('', `<style>\\41 url( ${'#'.repeat(2_000_000)}</style>`), /too much is named/],
    ['very many names of its style sheets', svg('id="a"', `<style>${`.${Array.from({ length: 1_000 }, (_, i) => `c${i}`).join(' .')}{fill:url(#a)}`.repeat(500)}</style>${`<g class="${Array.from({ length: 1_000 }, (_, i) => `c${i}`).join(' ')}"/>`.repeat(20)}`), /by very many names/],
    ['in letters that browsers take for others', after('<?xml version="1.0" encoding="Shift_JIS"?>'), /letters are written/],
    ['in a drawing that it brings along', svg('', '<image href="data:image/svg+xml,&lt;svg/>"/>'), /another drawing/],
    ['in a style sheet that it brings along', Buffer.from('<?xml-stylesheet href="data:text/css,a"?><svg/>'), /style sheets/],
    ['in one that its own brings along', svg('', '<style>@im\\port "data:text/css,a"</style>'), /style sheets/]
  ]
  for (const [name, bytes, why] of refused) t.match(await check(Buffer.from(bytes)), { type: null, notShown: why }, name)
})

t.test('drawings as programs write them are shown', async t => {
  const many = (count: number, one: (i: number) => string): string => Array.from({ length: count }, (_, i) => one(i)).join('')
  const shown: Record<string, Buffer> = {
    'classes with gradients': svg(NAMESPACES, `<defs><style>${many(300, i => `.cls-${i}{fill:url(#lg-${i});}`)}</style>${many(300, i => `<linearGradient id="lg-${i}" xlink:href="#lg-0"><stop offset="0"/><stop offset="1"/></linearGradient>`)}</defs>${many(5_000, i => `<path class="cls-${i % 300}" d="M0 0"/>`)}`),
    'a style sheet with remarks, media and states': svg('', `<style>/* it's {here} */ @media print { .a { fill: url(#a) } } a:hover { fill: #abc } .b { clip-path: url("#b") }</style><pattern id="a"/><clipPath id="b"><rect/></clipPath><g class="b">${'<path class="a"/>'.repeat(10_000)}</g>`),
    'a picture that is cut to its frame': svg('', `<g clip-path="url(#c)"><g filter="url(#f)">${'<path fill="#c0c" stroke="#f00"/>'.repeat(20_000)}</g></g><clipPath id="c"><rect/></clipPath><filter id="f">${'<feOffset/>'.repeat(10)}</filter>`),
    'a plot whose curves are cut': svg('', `${'<path clip-path="url(#p1)" d="M 0 0 L 1 1" style="fill: none; stroke: #1f77b4"/>'.repeat(20_000)}<clipPath id="p1"><rect/></clipPath>`),
    'one with arrows': svg('', `<marker id="arrow"><path/></marker>${'<path marker-end="url(#arrow)" d="M 0 0 L 10.5 10.5"/>'.repeat(2_000)}`),
    'one that moves': svg(NAMESPACES, '<g id="a"><path id="b"/><animate xlink:href="#a" attributeName="opacity" values="0;1"/><animate xlink:href="#a" attributeName="x" to="1"/></g>'),
    'one whose colours change': svg('', '<path><animate attributeName="fill" values="#abc;#def;red" dur="1s"/></path>'),
    'one in which names stand twice': svg('', many(200, () => '<g id="icon"><mask id="m"><path/></mask><path mask="url(#m)"/></g>')),
    'one with a photograph': svg('', `<image href="data:image/png;base64,${base64(png(6_000, 8_000)).replace(/.{20}/g, '$&&#10;')}"/>`),
    'one with names of its program': Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?>\n<!-- a - b -->\n<!DOCTYPE svg PUBLIC "a>[" "b" [\n<!-- it\'s -->\n<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n]>\n<svg xmlns="&ns_svg;" width="&#49;0"/>'),
    'one with a style sheet from elsewhere': Buffer.from('<?xml-stylesheet type="text/css" href="a.css"?><svg/>'),
    'one with a text in an attribute': svg('', '<a title="1 > 2" b=\'"\'/><text>a &lt; b &amp; c</text>')
  }
  for (const [name, bytes] of Object.entries(shown)) t.match(await check(bytes), { type: 'image/svg+xml', notShown: null }, name)
})

t.test('pictures that a drawing brings along are looked at like others', async t => {
  const bomb = png(60_000, 60_000)
  const large = (i: number): string => `data:image/png;base64,${base64(png(6_000, 8_000 + i))}`
  const refused: [name: string, content: string, why: RegExp][] = [
    ['a picture', `<image href="data:image/png;base64,${base64(bomb)}"/>`, /a picture in it, and it claims to be 60,000 × 60,000 pixels/],
    ['called something else', `<image href="data:text/plain;base64,${base64(bomb)}"/>`, /60,000/],
    ['called nothing', `<image href="data:;BASE64 ,${base64(bomb)}"/>`, /60,000/],
    ['with its letters by their numbers', `<image href="d&#97;ta:image/png;base64,${base64(bomb).replace('i', '&#105;').replaceAll('A', '%41')}"/>`, /60,000/],
    ['with letters between that are left out', `<image href="da&#10;ta:image/png;bas&#9;e64,${base64(bomb).replaceAll('A', '&#10;A')}"/>`, /60,000/],
    ['by its bytes', `<image href="data:image/png,${Array.from(bomb, byte => `%${byte.toString(16).padStart(2, '0')}`).join('')}"/>`, /written by its letters/],
    ['by its bytes, and called base64 by them', `<image href="data:image/png;base%364,${Array.from(bomb, byte => `%${byte.toString(16).padStart(2, '0')}`).join('')}"/>`, /written by its letters/],
    ['of a kind that is not shown', `<image href="data:image/bmp;base64,${base64(Buffer.from('424d400000000000000036000000280000003075000030750000', 'hex'))}"/>`, /no picture of a kind/],
    ['the same by its bytes', '<image href="data:image/bmp,%42%4d%40%00%00%00%00%00"/>', /no picture of a kind/],
    ['in a style sheet', `<style>a{b:url(data:font/woff2;base64,d09GMgAB)}c{mask:url("data:image/png;base64,${base64(bomb)}")}</style>`, /60,000/],
    ['with its letters escaped', `<style>a{mask:url(\\64 ata:image/png;base64,${base64(bomb)})}</style>`, /60,000/],
    ['behind another', `<image srcset="data:image/gif;base64,${base64(gif(1, 1))} 1x, data:image/png;base64,${base64(bomb)} 2x"/>`, /60,000/],
    ['too many frames', `<image href="data:image/gif;base64,${base64(gif(10, 10, 6_000))}"/>`, /6,000 frames/],
    ['much, together', `<image href="${large(1)}"/><image href="${large(2)}"/>`, /96,018,000 pixels together/],
    ['many', `<style>${'data:,'.repeat(10)}${Array.from({ length: 10_001 }, (_, i) => `data:,${i}`).join(' ')}</style>`, /more than 10,000 files/]
  ]
  for (const [name, content, why] of refused) t.match(await check(svg('', content)), { type: null, notShown: why }, name)
  const shown: Record<string, string> = {
    'one, often': `<image href="${large(1)}"/>`.repeat(100),
    'many small ones': Array.from({ length: 500 }, (_, i) => `<image href="data:image/png;base64,${base64(png(100, 100 + i))}"/>`).join(''),
    'words with a sign in them': '<text aria-label="Data: rain, 50 % größer, 3 % kleiner"/><image href="data:text/plain,%41%42"/>',
    fonts: '<style>@font-face{src:url(data:font/woff2;base64,d09GMgABAAAAA)}</style>',
    'nothing at all': '<image href="data:"/><image href="data:image/png;base64,"/><text>data: 5, 6</text><a title="data: 5, 6"/>'
  }
  for (const [name, content] of Object.entries(shown)) t.match(await check(svg('', content)), { type: 'image/svg+xml', notShown: null }, name)
})

t.test('a drawing takes time by its length', async t => {
  t.match(await check(svg('', `<a b="${'c'.repeat(10_000)}"/>`.repeat(100))), { notShown: null }, 'few tags')
  for (const content of [`<a '" b="'/>`.repeat(14_000), `<a ${`'" b="'`.repeat(20)}/>`.repeat(4_990)]) t.match(await check(svg('', content)), { notShown: /can not read it/ })
  for (const sheet of ['.a{fill:url(#a)}', 'a{', 'a{b:url(#a);', '/*', 'url(', '"', '.a,', '\\23 a']) {
    await check(svg('id="a"', `<style>${sheet.repeat(Math.floor(1_000_000 / sheet.length))}</style><g class="${'a '.repeat(100_000)}"/>`))
    t.pass(sheet)
  }
  const names = Array.from({ length: 1_000 }, (_, i) => `c${i}`)
  const block = `.${names.join(' .')}{${'fill:url(#a);'.repeat(30_000)}}`
  await check(svg('id="a"', `<style>${block}</style>${`<g class="${names.join(' ')}"/>`.repeat(20)}`))
  t.pass('one block with a thousand names for one element')
})

function base64 (bytes: Buffer): string { return bytes.toString('base64') }
