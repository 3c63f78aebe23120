import { readdir } from 'node:fs/promises'
import t from 'tap'
import { MANUALS } from '../support/follow-manual.ts'

t.test('each manual has a test', async t => {
  const names = await readdir(MANUALS)
  for (const name of names.filter(name => name.endsWith('.md'))) t.ok(names.includes(name.replace(/\.md$/, '.test.ts')), name)
})
