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
