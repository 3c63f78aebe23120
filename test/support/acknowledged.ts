import { allIssues } from './all-issues.ts'
import type { NodeProcess } from './processes.ts'

/** What an author was told is published: each issue with its newest revision, from the moment in which the node answered. */
export class Acknowledged {
  #newsletter: string
  #revisions = new Map<string, number>()

  constructor (newsletter: string) {
    this.#newsletter = newsletter
  }

  add ({ ref, revision }: { ref: string, revision: number }): void {
    this.#revisions.set(ref, revision)
  }

  get refs (): string[] { return [...this.#revisions.keys()] }

  /** Whether what a node has is as new as what was acknowledged. */
  isNewest (ref: string, revision: number | undefined): boolean {
    return revision !== undefined && revision >= this.#revisions.get(ref)!
  }

  /** What of it a node does not have, complete and verified, when it is asked now; each with what is wrong. */
  async missingAt ({ client }: Pick<NodeProcess, 'client'>): Promise<string[]> {
    const there = new Map((await allIssues(client, this.#newsletter)).map(issue => [issue.ref, issue]))
    const missing: string[] = []
    for (const [ref, revision] of this.#revisions) {
      const issue = there.get(ref)
      const name = `${ref.split('@', 1)[0]} revision ${revision}`
      if (!issue) missing.push(`${name} is not there`)
      else if (!this.isNewest(ref, issue.revision)) missing.push(`${name} is revision ${issue.revision}`)
      else if (issue.state !== 'ready') missing.push(`${name} is ${issue.state}`)
      else {
        const { verified, problem } = await client.verifyIssue({ params: { issue: ref } })
        if (!verified) missing.push(`${name} is not verified: ${problem?.reason}`)
      }
    }
    return missing
  }
}
