import { link, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { replaceSecret, writeNew } from '../../shared/durable-file.ts'
import { fill, noDisk, smallDisk } from '../support/small-disk.ts'

t.test('what stood in the file of a secret is overwritten, whoever still has it open', async t => {
  const path = join(t.testdir({ secret: 'very secret' }), 'secret')
  for (const content of ['another', null]) {
    const before = await open(path)
    const length = (await before.stat()).size
    await replaceSecret(path, content)
    t.same((await before.readFile()), Buffer.alloc(length))
    await before.close()
    t.equal(await readFile(path, 'utf8').catch(() => null), content)
  }
})

t.test('what has another name as well, or lies elsewhere, is not erased', async t => {
  const folder = t.testdir({ linked: 'a snapshot has it', pointed: 'of somebody else', plain: '' })
  const [linked, pointed, secret] = ['linked', 'pointed', 'secret'].map(name => join(folder, name)) as [string, string, string]
  await link(linked, secret)
  await replaceSecret(secret, 'new')
  t.equal(await readFile(linked, 'utf8'), 'a snapshot has it')
  t.equal(await readFile(secret, 'utf8'), 'new')
  await replaceSecret(secret, null)
  await symlink(pointed, secret)
  await replaceSecret(secret, 'new')
  t.equal(await readFile(pointed, 'utf8'), 'of somebody else')
  t.equal(await readFile(secret, 'utf8'), 'new')
  await replaceSecret(secret, null)
  await replaceSecret(secret, null)
  await writeFile(secret, 'last')
  t.equal(await readFile(pointed, 'utf8'), 'of somebody else')
})

t.test('a new file is there whole or not at all, and takes the place of no other', { skip: noDisk }, async t => {
  const disk = await smallDisk(t, t.testdir({}), '9m')
  const [path, full] = ['new', 'full'].map(name => join(disk, name)) as [string, string]
  await fill(full)
  await t.rejects(writeNew(path, 'x'.repeat(10_000)), { code: 'ENOSPC' })
  t.same(await readdir(disk), ['full'], 'of one for which there was no room nothing is left')
  await rm(full)
  t.equal(await writeNew(path, 'first'), true)
  t.equal(await writeNew(path, 'second'), false)
  t.equal(await readFile(path, 'utf8'), 'first')
  t.same(await readdir(disk), ['new'])
})
