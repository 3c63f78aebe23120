import { link, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { testNetwork } from '../support/network.ts'
import { run } from '../support/processes.ts'

t.test('proposals of several newsletters that wait for others each have a file, and none takes the place of another', async t => {
  const network = await testNetwork(t)
  const home = join(network.folder, 'home')
  const here = (args: string[], input = ''): ReturnType<typeof run> => run([...args, '--home', home], { input, cwd: network.folder })
  const files: string[] = []
  for (const title of ['One', 'Two']) {
    const created = await here(['newsletter', 'create', '--title', title, '--root-quorum', '2/2', '--json'])
    const { newsletter, sets } = JSON.parse(created.stdout) as { newsletter: { address: string }, sets: [{ words: string }] }
    for (const { words } of sets) await here(['keys', 'confirm', title], words)
    for (const state of ['resting', 'active']) {
      const { stdout } = await here(['root', 'state', title, state, '--yes'], sets[0].words)
      files.push(stdout.trim())
      t.match(await readFile(stdout.trim(), 'utf8').catch(String), newsletter.address)
    }
    t.match(files.at(-2), newsletter.address.slice(0, 8), 'it is named for its newsletter')
  }
  t.equal(new Set(files).size, 4, 'not even one of the same newsletter is replaced')
})

t.test('a file of collected signatures is there whole at any moment', async t => {
  const network = await testNetwork(t)
  const [home, file, before] = ['home', 'ours.json', 'before.json'].map(name => join(network.folder, name)) as [string, string, string]
  const created = await run(['newsletter', 'create', '--title', 'Ours', '--root-quorum', '3/3', '--json', '--home', home])
  const { sets: [one, two] } = JSON.parse(created.stdout) as { sets: [{ words: string }, { words: string }] }
  for (const { words } of JSON.parse(created.stdout).sets as { words: string }[]) await run(['keys', 'confirm', 'Ours', '--home', home], { input: words })
  await run(['root', 'state', 'Ours', 'resting', '--home', home, '--yes', '--out', file], { input: one.words })
  await link(file, before)
  const first = await readFile(file, 'utf8')
  t.match(await run(['root', 'sign', file, '--home', home, '--yes'], { input: two.words }), { code: 0, stderr: /Signed by 2 of the 3/ })
  t.not(await readFile(file, 'utf8'), first)
  t.equal(await readFile(before, 'utf8'), first, 'another file took its place, in which nothing was written over')
})
