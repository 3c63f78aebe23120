import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface BrowserProgram { path: string, env: Record<string, string> }

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const cache = fileURLToPath(new URL('../../../node_modules/.cache/colporteur', import.meta.url))

/** The Chromium to test with: the one that CHROME_PATH names, one on the path, or the one that a package brings; null: none. */
export async function findBrowser (): Promise<BrowserProgram | null> {
  const { CHROME_PATH, PATH = '' } = process.env
  const candidates = [CHROME_PATH, ...PATH.split(delimiter).flatMap(folder => NAMES.map(name => join(folder, name)))]
  const path = candidates.find(candidate => candidate !== undefined && candidate !== '' && existsSync(candidate))
  return path === undefined ? await packagedBrowser() : { path, env: {} }
}

/** Unpacks it once. Built for Linux on x64 alone. */
async function packagedBrowser (): Promise<BrowserProgram | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null
  const folder = join(cache, 'chromium')
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const unpacking = await mkdtemp(join(cache, 'unpacking-'))
    const program = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())"
    // It unpacks into the folder of temporary files, and its libraries only where it takes the machine for the one it was made for.
    const env = { ...process.env, TMPDIR: unpacking, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
    await promisify(execFile)(process.execPath, ['-e', program], { env, cwd: fileURLToPath(new URL('.', import.meta.url)) })
    // What it brings names another folder; without any font no text has a height.
    await writeFile(join(unpacking, 'fonts/fonts.conf'), fontSettings(join(folder, 'fonts')))
    // Whole or not at all, also when several test files want it at once.
    await rename(unpacking, folder).catch(async (error: unknown) => {
      await rm(unpacking, { recursive: true, force: true })
      if (!existsSync(folder)) throw error
    })
  }
  return { path: join(folder, 'chromium'), env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') } }
}

/** The fonts lie beside it, also after the folder was moved or copied. */
function fontSettings (folder: string): string {
  return `<?xml version="1.0"?>\n<fontconfig><dir prefix="relative">.</dir><cachedir>${folder}/cache</cachedir></fontconfig>\n`
}
