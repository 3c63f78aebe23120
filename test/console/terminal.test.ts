import { PassThrough } from 'node:stream'
import t from 'tap'
import { Terminal } from '../../console/cli/terminal.ts'

t.test('JSON can not steer a terminal, and says the same there as to programs', async t => {
  const value = { title: 'a\u009b31mb\u007f \u202egpj.exe \u2066x\u2069 \u2028\u061c "\\u009b" Ü 漢 😀' }
  const json = JSON.stringify(value)
  const printed = (isTTY: boolean): string => {
    const stdout = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream
    new Terminal(stdout, new PassThrough() as unknown as NodeJS.WriteStream).printJson(json)
    return String(stdout.read())
  }
  t.equal(printed(false), `${json}\n`)
  t.notMatch(printed(true), /[^\P{Cc}\n]|\p{Zl}|\p{Zp}|\p{Bidi_Control}/u)
  t.match(printed(true), 'Ü 漢 😀')
  t.same(JSON.parse(printed(true)), value)
})

t.test('what is done goes on when nobody can read what is said about it, and a node also when its data is not read', async t => {
  const streams = (): [stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream] => [new PassThrough(), new PassThrough()] as never
  const failure = (code: string): Error => Object.assign(new Error(code), { code })
  const { exit } = process
  t.teardown(() => { process.exit = exit })
  let ended: unknown = null
  process.exit = (code => { ended = code }) as typeof exit

  const [stdout, stderr] = streams()
  void new Terminal(stdout, stderr)
  for (const code of ['EPIPE', 'ENOSPC', 'EIO']) stderr.emit('error', failure(code))
  t.equal(ended, null)
  t.throws(() => stdout.emit('error', failure('ENOSPC')), { code: 'ENOSPC' }, 'data that is lost is told')
  stdout.emit('error', failure('EPIPE'))
  t.equal(ended, 0, 'and nothing is left to do for who stops reading')

  ended = null
  const [printed, said] = streams()
  void new Terminal(printed, said, { outlivesReader: true })
  for (const stream of [printed, said]) for (const code of ['EPIPE', 'ENOSPC', 'EIO']) stream.emit('error', failure(code))
  t.equal(ended, null)
})
