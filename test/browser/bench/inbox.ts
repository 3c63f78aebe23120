import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../../support/processes.ts'
import { onStage, spreadOf } from './bench-stage.ts'

/** From a click to the inbox, with many issues in it. */

const ISSUES = 10_000
const CLICKS = 30

await onStage(async ({ folder, start, open }) => {
  const author = await start('author')
  const { newsletter: { address } } = await author.client.createNewsletter({ body: { title: 'Often' } })
  const path = join(folder, 'issues')
  await mkdir(path)
  for (let i = 0; i < ISSUES; i++) {
    const day = new Date(Date.UTC(1995, 0, 1 + i)).toISOString().slice(0, 10)
    await writeFile(join(path, `${day}-issue.md`), `# Issue ${i + 1}\n\nWhat was new on ${day}.\n`)
  }
  const importedMs = performance.now()
  await author.client.importIssues({ params: { newsletter: address }, body: { path } })
  console.log(`${ISSUES} issues imported in ${Math.round((performance.now() - importedMs) / 1000)} s`)
  const reader = await start('reader')
  const followedMs = performance.now()
  const { code, stderr } = await run(['subscribe', '--home', join(folder, 'reader'), address, '--wait', '--timeout', '3600'])
  if (code !== 0) throw new Error(`The reader did not get everything:\n${stderr}`)
  console.log(`followed in ${Math.round((performance.now() - followedMs) / 1000)} s`)

  const openedMs = performance.now()
  const page = await open(reader, '/inbox')
  await page.locator('issue-row').first().waitFor()
  console.log(`from the address to the first row: ${Math.round(performance.now() - openedMs)} ms`)
  const times: number[] = []
  for (let i = 0; i < CLICKS; i++) {
    await page.evaluate(() => { location.hash = '/peers' })
    await page.locator('issue-row').first().waitFor({ state: 'detached' })
    times.push(await page.evaluate(async () => {
      const startedMs = performance.now()
      const link = [...document.querySelectorAll<HTMLAnchorElement>('a[href="#/inbox"]')].find(({ offsetParent }) => offsetParent !== null)!
      link.click()
      return await new Promise<number>(resolve => {
        const look = (): void => {
          if (document.querySelector('issue-row h2') === null) return void requestAnimationFrame(look)
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve(performance.now() - startedMs)
          port2.postMessage(null)
        }
        requestAnimationFrame(look)
      })
    }))
  }
  console.log(`click to inbox: ${spreadOf(times)}`)
})
