import t from 'tap'
import { withoutEnd } from '../../console/web/editor/paste/without-end.ts'

t.test('what is pasted loses the breaks and the space at its end, and nothing before', async t => {
  const ends: Record<string, string> = {
    '': '', a: 'a', 'a \n\u00a0\n': 'a', 'a\\': 'a', 'a\\\n\\\n b': 'a\\\n\\\n b', 'a\\\n\\\n': 'a', 'a\\ \n': 'a\\', '\\\n\\': '', 'a\\b\\\n \\\n': 'a\\b', 'a\\\\\n': 'a\\'
  }
  t.same(Object.fromEntries(Object.keys(ends).map(text => [text, withoutEnd(text)])), ends)
  const before = (text: string): string => text.replace(/(?:\s|\\\n|\\$)+$/, '')
  t.same(Object.fromEntries(Object.keys(ends).map(text => [text, before(text)])), ends, 'as the expression has it that would take long')
})

t.test('it takes no longer than the text is long', async t => {
  const text = 'a\n\n'.repeat(20_000) + '\n \n'.repeat(500_000) + 'b'
  const startedMs = performance.now()
  t.equal(withoutEnd(text), text)
  t.equal(withoutEnd('\\\n'.repeat(1_000_000)), '')
  t.ok(performance.now() - startedMs < 2_000)
})
