import t from 'tap'
import { findBrowser } from '../support/browser-program.ts'
import { documents } from './documents.ts'
import { runSuite } from './run-suite.ts'

t.test('nothing in an issue runs, loads or leads away, wherever it is read, and nothing is taken from those that mean no harm', {
  skip: await findBrowser() ? false : 'no Chromium: set CHROME_PATH'
}, async t => {
  if (!process.env['COLPORTEUR_HOSTILE_DOCUMENTS']) t.pass('only the own documents', { skip: 'COLPORTEUR_HOSTILE_DOCUMENTS names no folder with hostile documents' })
  const { figures, broken } = await runSuite(documents, t, { corpus: 300, benign: 15 })
  t.same(broken, [], figures)
})
