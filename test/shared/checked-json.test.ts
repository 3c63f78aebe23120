import t from 'tap'
import { checkedJson, readChecked } from '../../shared/checked-json.ts'

const value = { title: 'Überall “zu Hause”', list: [1, { check: 'mine' }], text: 'One,\n"check": "two"' }

t.test('a text that was written is right, and is JSON as any other', async t => {
  const text = checkedJson(value)
  const { check, ...rest } = JSON.parse(text) as Record<string, unknown>
  t.same(rest, value)
  t.match(check, /^[0-9a-f]{64}$/)
  t.ok(text.endsWith(`,\n  "check": "${check as string}"\n}\n`), 'it is the last member')
  const read = readChecked(text)
  t.equal(read.check, 'right')
  t.same(JSON.parse(read.json), value)
  t.equal(read.json, JSON.stringify(value, null, 2) + '\n')
})

t.test('whichever bit of it turns over, another value does not pass for the one that was written', async t => {
  const bytes = Buffer.from(checkedJson(value))
  const found = { wrong: 0, 'no JSON': 0, 'the same': 0 }
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const turned = Buffer.from(bytes)
    turned[bit >> 3]! ^= 1 << (bit & 7)
    const { json, check } = readChecked(turned.toString('utf8'))
    const parsed = parse(json)
    if (parsed === undefined) found['no JSON']++
    else if (check === 'wrong') found.wrong++
    else {
      // A bit of the name of the check itself.
      t.equal(check, 'none')
      t.match(parsed, value)
      found['the same']++
    }
  }
  t.ok(Object.values(found).every(count => count > 0), JSON.stringify(found))
})

t.test('what an earlier version has written has no check, and neither has what a hand has taken it out of', async t => {
  for (const text of [JSON.stringify(value, null, 2) + '\n', JSON.stringify(value), '{}', '', 'no JSON', '{"checked":"x"}']) {
    t.same(readChecked(text), { json: text, check: 'none' }, text)
  }
})

t.test('a hand that leaves the check in its place is noticed', async t => {
  const text = checkedJson(value)
  for (const changed of [text.replace('Hause', 'House'), JSON.stringify(JSON.parse(text)), text.replace(/"[0-9a-f]{64}"/, '""'), text + '\n']) {
    const { json, check } = readChecked(changed)
    t.equal(check, 'wrong')
    t.notOk('check' in (JSON.parse(json) as object))
  }
})

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
