// A point: "ok 3 - name # time=12ms", "not ok 4 - name", "ok 5 - name # SKIP reason".
const POINT = /^(not )?ok(?: \d+)?(?: - (.*?))?(?: # (?:SKIP|TODO)\b ?(.*?))?(?: # time=([\d.]+)ms)?(?: \{)?$/
const SUBTEST = '# Subtest: '
const STEP = 4

/** Reads TAP as tap writes it: a tree of blocks and of the assertions in them, one line after the other. */
export class TapReader {
  #onFile
  #open = []
  #last = null
  #inDiagnosis = false
  #finished = null

  /** @param onFile called with the block of each test file when it ends */
  constructor (onFile) {
    this.#onFile = onFile
  }

  read (line) {
    const text = line.trimStart()
    const indent = line.length - text.length
    if (this.#last && indent === this.#last.indent + 2 && (text === '---' || text === '...')) {
      this.#inDiagnosis = text === '---'
      if (!this.#inDiagnosis) this.end()
    } else if (this.#inDiagnosis) {
      this.#last.diagnosis.push(line.slice(this.#last.indent + 2))
    } else if (text.startsWith(SUBTEST) && indent === this.#open.length * STEP) {
      this.end()
      this.#open.push({ ...emptyNode(indent), name: text.slice(SUBTEST.length), isBlock: true })
    } else {
      const point = POINT.exec(text)
      if (point) this.#point(point, indent)
      else this.end()
    }
  }

  /** After the last line. What a file says about its failure comes after its result, so a file ends where the next thing begins. */
  end () {
    if (this.#finished) this.#onFile(this.#finished)
    this.#finished = null
  }

  #point ([, not, name = '', skip = null, timeMs = '0'], indent) {
    this.end()
    const said = { ok: !not || skip !== null, skip, timeMs: Number(timeMs) }
    // A process that dies leaves blocks open.
    while (this.#open.length > 1 && this.#open.at(-1).indent > indent) this.#add(Object.assign(this.#open.pop(), { ok: false }))
    const block = this.#open.at(-1)
    if (block?.indent === indent) {
      this.#open.pop()
      this.#add(Object.assign(block, said))
    } else if (indent === this.#open.length * STEP) {
      this.#add({ ...emptyNode(indent), ...said, name })
    }
  }

  #add (node) {
    this.#last = node
    if (node.indent === 0) this.#finished = node
    else this.#open.at(-1).children.push(node)
  }
}

/**
 * Counts as a person does: every named block that has no blocks inside is one test. What failed by itself beside
 * blocks that all passed (its own assertions, a process that died, a file out of time) is one failure more.
 */
export function countTests (node) {
  const blocks = node.children.filter(child => child.isBlock)
  if (blocks.length === 0) {
    if (!node.ok) return { passed: 0, failed: 1, skipped: 0 }
    const skipped = node.skip !== null || (node.children.length > 0 && node.children.every(child => child.skip !== null))
    return { passed: skipped ? 0 : 1, failed: 0, skipped: skipped ? 1 : 0 }
  }
  const sum = blocks.map(countTests).reduce(addCounts)
  sum.skipped += node.children.filter(child => !child.isBlock && child.skip !== null).length
  if (!node.ok && sum.failed === 0) sum.failed++
  return sum
}

export function addCounts (one, other) {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped }
}

/** The innermost nodes that failed, each with the names of the blocks around it. */
export function failuresOf (node, around = []) {
  if (node.ok) return []
  const names = [...around, node.name]
  const inside = node.children.flatMap(child => failuresOf(child, names))
  if (inside.length === 0) return [{ names, diagnosis: node.diagnosis }]
  // What was cut off says nothing; what cut it off stands further out.
  return inside.map(failure => failure.diagnosis.length > 0 ? failure : { ...failure, diagnosis: node.diagnosis })
}

/** What was skipped, with the names around it and the reason given. */
export function skipsOf (node, around = []) {
  const names = [...around, node.name]
  const inside = node.children.flatMap(child => skipsOf(child, names))
  if (node.skip === null) return inside
  return [...inside, names.join(' > ') + (node.skip ? ` (${node.skip})` : '')]
}

function emptyNode (indent) {
  return { indent, name: '', isBlock: false, ok: true, skip: null, timeMs: 0, children: [], diagnosis: [] }
}
