import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { MachineKey } from '../../shared/machine-key.ts'
import { Renderer } from '../../subscriber/rendering/renderer.ts'
import { createNewsletter, testNetwork } from '../support/network.ts'

t.test('a machine key that comes back while the node is still being opened is not missed', async t => {
  const network = await testNetwork(t)
  const file = join(network.folder, 'stick', 'machine.key')
  await mkdir(join(network.folder, 'stick'))
  const author = await network.open('author', { machineKey: { file, isUsual: false } })
  await createNewsletter(author, 'The Long Road')
  await author.stop()
  await rename(file, `${file}.away`)

  const { isBack } = MachineKey.prototype
  const { ready } = Renderer.prototype
  t.teardown(() => {
    Object.assign(MachineKey.prototype, { isBack })
    Object.assign(Renderer.prototype, { ready })
  })
  let seen: () => void
  const isSeen = new Promise<void>(resolve => { seen = resolve })
  MachineKey.prototype.isBack = async function (this: MachineKey) {
    const back = await isBack.call(this)
    if (back) setImmediate(seen) // when who asked has told it
    return back
  }
  // What is opened after that waits for it.
  Renderer.prototype.ready = async function (this: Renderer) {
    await rename(`${file}.away`, file).catch(() => {}) // once
    await isSeen
    await ready.call(this)
  }
  await author.restart()
  await t.resolves(author.node.outdated)
})
