import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { SavedValue } from '../../shared/saved-value.ts'
import { folderSyncs } from '../support/folder-syncs.ts'

t.test('a change that was told as not made does not stand in the file either', async t => {
  const file = join(t.testdir({}), 'value.json')
  const stored = async (): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))
  const value = new SavedValue<string>(file, 'none', text => ({ text }))
  await value.change(() => 'first')
  const { end } = await folderSyncs(t, { fails: true })
  await t.rejects(value.change(() => 'second'), { message: /EIO/ })
  t.equal(value.value, 'first')
  t.match(await stored(), { text: 'first' })
  end()
  await value.change(text => `${text}, and third`)
  t.match(await stored(), { text: 'first, and third' })
  t.match(await value.read(), { json: { text: 'first, and third' }, check: 'right' })
})

t.test('where a value that was found damaged can not be written, the file stays as it was, and no copy of it', async t => {
  const folder = t.testdir({})
  const file = join(folder, 'value.json')
  await writeFile(file, 'damaged')
  let isFull = true
  const value = new SavedValue<string>(file, 'none', text => {
    if (isFull) throw new Error('ENOSPC')
    return { text }
  })
  value.found('read')
  await t.rejects(value.change(text => text), { message: 'ENOSPC' })
  t.same([value.value, value.damage, await readdir(folder), await readFile(file, 'utf8')], ['read', { aside: null }, ['value.json'], 'damaged'])
  isFull = false
  await value.change(text => text)
  t.equal(await readFile(value.damage!.aside!, 'utf8'), 'damaged')
  t.match(await value.read(), { json: { text: 'read' }, check: 'right' })
})
