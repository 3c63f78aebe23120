import t from 'tap'
import { confusableLetters } from '../../subscriber/confusable-letters.ts'
import { skeletonsOf } from '../../subscriber/name-skeletons.ts'

const alike = (a: string, b: string): boolean => skeletonsOf(a).some(skeleton => skeletonsOf(b).includes(skeleton))

t.test('a name can be taken for another whatever hides the difference', async t => {
  const road = 'The Long Road'
  const impostors = [
    'The Long Road', 'THE LONG ROAD', 'the  long road', 'The-Long-Road!', '“The Long Road”', 'The Long Road ✅', '🛡️ The Long Road 🛡️', 'TheLongRoad',
    'Тhе Lоng Rоаd', 'Τhe Lοng Rοad', 'The L0ng R0ad', 'The |ong Road', 'The 1ong Road', 'The Iong Road',
    'Thé Löng Røad', 'The Long\u200b Road', 'The\u2060 Long\u00ad Road\ufeff', '\u202eThe Long Road\u202c', '\u2066The Long Road', 'The\u3164Long\u2800Road',
    'The Long Road\u{e0041}\u{e007f}', 'T\u0336h\u0336e\u0336 Long Road', 'Ｔｈｅ Ｌｏｎｇ Ｒｏａｄ', '𝕿𝖍𝖊 𝕷𝖔𝖓𝖌 𝕽𝖔𝖆𝖉', 'ⓉⒽⒺ ⓁⓄⓃⒼ ⓇⓄⒶⒹ', 'The ʟong ʀoad', 'Ꭲhe Long Road'
  ]
  for (const name of impostors) t.ok(alike(name, road), JSON.stringify(name))
  for (const name of ['Long Road', 'long-road', '“Lоng Rоаd”', 'Тhe Long Road', '*The* L0ng R0ad']) t.ok(alike(name, road) && alike(name, 'Long Road'), `${name}, with the article or without`)
  t.ok(alike('Modern Times', 'Modem Times'), 'letters that stand for one together')
  t.ok(alike('Vvar News', 'War News'))
  t.ok(alike('Straße', 'STRASSE'))
  t.ok(alike('Τα Νέα', 'ΤΑ ΝΕΑ'), 'case in another writing')
  t.ok(alike('Новости', 'НОВОСТИ'))
  t.ok(alike('Ϲity Lights', 'City Lights'), 'a sigma of another shape')
  t.ok(alike('🔥🔥', '🔥\ufe0f🔥'), 'pictures alone')
})

t.test('names that differ for those who read them are different', async t => {
  const pairs = [
    ['The Long Road', 'The Short Road'], ['The Long Road', 'The Long Road 2'], ['C Weekly', 'C++ Weekly'], ['C Weekly', 'C# Weekly'],
    ['Theory Weekly', 'Ory Weekly'], ['There and Back', 'Re and Back'], ['The Hague', 'The Plague'], ['Bathe Daily', 'Ba Daily'], ['The', 'The Road'],
    ['Route 66', 'Route 6'], ['Area 51', 'Area 15'], ['Modern Times', 'Modest Times'], ['2001 Notes', '2010 Notes'], ['A Long Road', 'The Long Road'],
    ['दिन', 'दान'], ['カラス', 'ガラス'], ['กา', 'กี'], ['新闻', '新聞'], ['Новости', 'Известия'], ['🔥', '🧊'], ['서울', '부산']
  ] as const
  for (const [a, b] of pairs) t.notOk(alike(a, b), `${a} and ${b}`)
})

t.test('a name of which nothing can be seen is nobody\'s look-alike', async t => {
  for (const name of ['', ' ', '\u200b\u200c\u200d\u2060', '\u202e\u2066\u2069', '\u3164\u115f', '\u0301', '\u{e0001}\u{e0020}', '\ud800', '\0\u0007\u007f']) t.same(skeletonsOf(name), [], JSON.stringify(name))
})

t.test('a name costs no more time the longer it is', async t => {
  const MEGABYTE = 1 << 20
  const started = process.cpuUsage()
  for (const unit of ['a', '\ufdfa', '\u0301', '\u200b', '🔥', 'rn', '\u202e', 'Σ', 'ß', '\ud800']) {
    const skeletons = skeletonsOf(unit.repeat(MEGABYTE))
    t.ok(skeletons.every(({ length }) => length <= 20_000), JSON.stringify(unit))
  }
  const { user, system } = process.cpuUsage(started)
  t.ok(user + system < 5_000_000, `${user + system} µs of the processor`)
})

t.test('the table of letters says nothing of a plain letter, and leads to plain ones', async t => {
  for (const [letter, like] of confusableLetters) {
    t.match(like, /^[a-z34680]{1,2}$/, letter)
    t.notMatch(letter, /^[A-HJ-Za-z2-9]$/, `${letter} is itself`)
    t.notMatch(letter, /\p{Bidi_Control}/u)
    t.equal(letter.normalize('NFKD'), letter, `${letter} (${letter.codePointAt(0)!.toString(16)}) is met as it stands`)
  }
})
